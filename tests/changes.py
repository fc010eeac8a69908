"""Random changes of a configuration, each of which leaves one that a branch could have."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from lobby.branch.agreement import REFERENCES
from lobby.branch.model import Branch
from lobby.branch.record import from_json, to_json

Data = dict[str, Any]
TABLES = ("services", "tiers", "counters", "areas", "printers", "kiosks")
ZONES = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Tokyo", "Europe/Berlin")
MUST = ("area",)
"""What an entry cannot be without."""


def changed(branch: Branch, random: Random) -> Branch:
    """The branch after one to three changes."""
    data = to_json(branch)
    data.pop("retired")
    for _ in range(random.randint(1, 3)):
        random.choice(CHANGES)(data, random)
    return from_json(data)


def without(branch: Branch, gone: Mapping[str, str]) -> Branch:
    """The branch without these, by table."""
    data = to_json(branch)
    data.pop("retired")
    for table, id in gone.items():
        data[table] = [entry for entry in data[table] if entry["id"] != id]
        _replace(data, table, id, None)
    return from_json(data)


def _rename(data: Data, random: Random) -> None:
    """The same thing, under another id."""
    table = random.choice(TABLES)
    if data[table]:
        entry = random.choice(data[table])
        new = f"{entry['id'].rstrip('0123456789x')}x{random.randint(1, 999)}"
        _replace(data, table, entry["id"], new)
        entry["id"] = new


def _remove(data: Data, random: Random) -> None:
    table = random.choice(TABLES)
    if len(data[table]) < 2:
        return
    entry = data[table].pop(random.randrange(table == "tiers", len(data[table])))
    _replace(data, table, entry["id"], None)


def _replace(data: Data, table: str, old: str, new: str | None) -> None:
    """Wherever an entry refers to `old`."""
    for place, key, target in REFERENCES:
        entries = data.get(place) or []
        for entry in [entries] if isinstance(entries, dict) else entries if target == table else []:
            if target == table:
                _replace_in(data, table, entry, key, old, new)
    if data["appointments"] and not data["appointments"]["services"]:
        data["appointments"] = None
    data["boards"] = [board for board in data["boards"] if board["areas"]]


def _replace_in(data: Data, table: str, entry: Data, key: str, old: str, new: str | None) -> None:
    if isinstance(entry[key], list):
        entry[key] = [new if id == old else id for id in entry[key] if new or id != old]
    elif entry[key] == old:
        entry[key] = new or (data[table][0]["id"] if key in MUST and table == "areas" else None)


def _retarget(data: Data, random: Random) -> None:
    random.choice(data["tiers"])["target_wait_s"] = random.randint(1, 3600)
    data["rules"]["green_target_wait_s"] = random.randint(1, 3600)


def _rename_in_words(data: Data, random: Random) -> None:
    word = f"名{random.randint(1, 999)}"
    random.choice(data[random.choice(TABLES[:4])])["name"] = {"zh": word, "en": word}


def _redo(data: Data, random: Random) -> None:
    """Another time for a service, other rules, another zone."""
    random.choice(data["services"])["usual_s"] = random.randint(30, 1200)
    data["rules"]["missed"] = random.choice(("ends", "back", "last", "redraw"))
    data["zone"] = random.choice(ZONES)


def _add(data: Data, random: Random) -> None:
    """One more of its kind."""
    table = random.choice(TABLES)
    if data[table]:
        data[table].append({**random.choice(data[table]), "id": f"new{random.randint(1, 999)}x"})


CHANGES = (_rename, _remove, _retarget, _rename_in_words, _redo, _add)
