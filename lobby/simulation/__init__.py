"""Days of customers on a virtual clock: look-ahead, advice, what if, staffing."""
