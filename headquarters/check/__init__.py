"""`lobby hq check`: a file for each part of headquarters that it examines."""
