"""A recorded queue as CSV, and its forecasts."""
