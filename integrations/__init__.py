"""Clients of other systems of the bank."""
