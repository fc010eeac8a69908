"""A province: many branches, one picture. Reads what branches send, and never waits for one of them."""
