"""One branch as its manager sees it."""
