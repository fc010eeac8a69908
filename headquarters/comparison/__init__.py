"""Branches beside what chance explains."""
