"""Branches' journals in PostgreSQL: their tables, and what continues them."""
