"""The written standards: the catalogue, what was looked at, and what the journal proves."""
