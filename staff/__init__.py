"""What staff touch: the counter console, the lobby manager's tablet, reports."""
