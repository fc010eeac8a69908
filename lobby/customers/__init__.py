"""What the kiosk learned about a customer -> tier. Identity ends here: nothing is kept."""
