"""NATS and PostgreSQL as child processes, and the demonstration on them."""
