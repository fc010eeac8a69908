"""The kiosks of the configuration: whether a device is enrolled as each, and when it last asked for anything."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from doctor.data_files import ACCESS
from doctor.finding import Finding, Findings, Say
from lobby.branch.model import Branch
from lobby.branch.screens import Kiosk
from lobby.journal.history import reader
from lobby.texts import Text

DEVICES = "SELECT kiosk, max(used_at) AS used_at FROM token WHERE role = 'kiosk' AND NOT disabled GROUP BY kiosk"
NOBODY = Text(
    "{name}: no device is enrolled as this kiosk; `lobby device code --role kiosk --kiosk {id}` prints its code"
)
UNUSED = Text("{name}: its device has not been here yet: switch it on")
LAST = Text("{name}: last here {at}")
LONG_AGO = Text(
    "{name}: last here {at}, more than a day ago: switch on the machine and its browser"
)
MISSED = timedelta(days=1)


def findings(branch: Branch, data: Path, say: Say) -> Findings:
    """None before the first start, and where devices need no sign-in: then no device is known."""
    devices = _devices(data / ACCESS)
    for kiosk in branch.kiosks if devices is not None else ():
        yield _finding(branch, kiosk, devices or {}, say)


def _devices(file: Path) -> dict[str | None, Any] | None:
    """By kiosk, when a device that is it was last here; None where nobody is enrolled at all, or it cannot be read."""
    try:
        with closing(reader(file)) as db:
            found = dict(db.execute(DEVICES).fetchall())
    except Exception:
        return None
    return found or None


def _finding(branch: Branch, kiosk: Kiosk, devices: dict[str | None, Any], say: Say) -> Finding:
    """A device that is bound to no kiosk is the branch's only one."""
    topic = f"kiosk {kiosk.id}"
    ids = [kiosk.id, *([None] if len(branch.kiosks) == 1 else [])]
    uses = [devices[id] for id in ids if id in devices]
    if not uses:
        return Finding(topic, "warn", say(NOBODY.with_(name=kiosk.name, id=kiosk.id)))
    last = max((used for used in uses if used), default=None)
    if last is None:
        return Finding(topic, "warn", say(UNUSED.with_(name=kiosk.name)))
    at = datetime.fromtimestamp(last, UTC).astimezone(branch.zone)
    missed = datetime.now(UTC) - at > MISSED
    said = (LONG_AGO if missed else LAST).with_(name=kiosk.name, at=f"{at:%Y-%m-%d %H:%M}")
    return Finding(topic, "warn" if missed else "ok", say(said))
