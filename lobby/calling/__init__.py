"""The queue discipline: whom a counter calls next, and the reason."""
