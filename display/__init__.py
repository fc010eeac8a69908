"""What people look at or hear: wall boards, the feed to every screen, the spoken call."""
