"""The morning meeting 晨会 and the premises round, on the tablet."""
