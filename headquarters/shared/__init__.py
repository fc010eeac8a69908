"""What headquarters' pages have in common."""
