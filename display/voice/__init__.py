"""What is said of a call, and the clips that say it."""
