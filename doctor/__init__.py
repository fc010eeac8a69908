"""`lobby check`: what would keep the branch from opening, what would not work, and what to do."""

from doctor.examine import examine
from doctor.finding import Finding

__all__ = ["Finding", "examine"]
