"""Cash: ordered, held, shown as a voucher, paid out once at a machine or an agent."""
