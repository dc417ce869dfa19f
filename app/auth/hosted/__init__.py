"""What every page of ours stands on, whoever it is for: its furniture, its forms, its words."""
