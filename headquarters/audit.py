"""Records what happens at headquarters' access store in `audit.jsonl`: headquarters has no journal of its own."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from web.access import Access
from web.audit import Outbox, Refusals
from web.loop import in_thread

FILE = "audit.jsonl"


class AuditFile(Outbox):
    """A line for each event, on the disk before it leaves the outbox. The file grows; an operator moves it away."""

    def __init__(self, data: Path, access: Access, refusals: Refusals) -> None:
        super().__init__(access, refusals)
        self._path = data / FILE

    def _write(self, row: dict[str, Any]) -> None:
        in_thread(self._append, row)

    def _append(self, row: dict[str, Any]) -> None:
        at = datetime.fromtimestamp(row["at"], UTC).isoformat()
        line = {"at": at, "actor": row["actor"], "kind": row["kind"], "data": row["data"]}
        file = os.open(self._path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        try:
            os.write(file, (json.dumps(line, ensure_ascii=False) + "\n").encode())
            os.fsync(file)
        finally:
            os.close(file)
