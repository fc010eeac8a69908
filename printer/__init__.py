"""Paper: what a slip says, how it becomes bytes, and the durable spool that gets it printed."""
