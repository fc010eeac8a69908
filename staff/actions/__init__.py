"""Corrective actions 整改项."""
