"""The event log in SQLite with its derived tables, its history, its copies."""
