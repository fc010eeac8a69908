"""The running branch: the writer, the clock, the keys. The only folder with threads."""
