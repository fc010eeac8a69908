"""Who may speak on the line: the province's own authority, and the NATS server's users."""
