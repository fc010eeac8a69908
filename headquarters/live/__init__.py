"""What is live: every branch with its last word, and the page that shows them all."""
