"""How long a ticket will wait, with an honest interval."""
