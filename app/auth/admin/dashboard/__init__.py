"""The first page of the back office: what goes on, and what needs somebody."""
