"""Paper: the content of a slip, its bytes, and the durable spool that prints it."""
