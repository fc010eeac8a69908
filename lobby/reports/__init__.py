"""The service loop: what customers felt, and what the branch's days were like."""
