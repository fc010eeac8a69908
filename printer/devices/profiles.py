"""Whether python-escpos knows the printers' profiles."""

from __future__ import annotations

from collections.abc import Iterator

from lobby.branch.complaint import Complaint
from lobby.branch.model import Branch
from lobby.texts import Text


def unknown_profiles(branch: Branch) -> Iterator[Complaint]:
    """Complaints about unknown profiles. The library is loaded only where a printer names a profile."""
    if not any(printer.profile is not None for printer in branch.printers):
        return
    from escpos.capabilities import CAPABILITIES

    profiles = CAPABILITIES["profiles"]
    names = ", ".join(profiles)
    for printer in branch.printers:
        if printer.profile is not None and printer.profile not in profiles:
            yield Complaint("printers.profile", printer.profile, Text(names), printer.id)
