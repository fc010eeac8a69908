"""From raw rows to figures: the branches' own tables in PostgreSQL, made by the branches' own code, and the figures of
each day and month.

The other parts of headquarters read reports; this one replays journals, so it reads `lobby.journal` too: a second copy
of what the tables' rows are would drift from the first.
"""
