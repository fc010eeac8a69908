"""What would have been with a counter more or less: of a branch's day, of all branches, and tellers lent for a day."""
