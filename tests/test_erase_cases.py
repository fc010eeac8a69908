"""What is said in a case stands nowhere in clear, and once erased it can be read nowhere: tried on real files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import forked
from conftest import Clock, midday_config

from lobby import events as ev
from lobby.branch.config import read_branch
from lobby.commands.base import Who
from lobby.engine.runtime import open_branch
from lobby.engine.submission import By
from lobby.journal.attachments import FOLDER, keep
from lobby.views import case as case_views

WORDS = {
    "complainant": "Canary Complainant of Lotus Street",
    "contact": "canary-case-13900002222@lotus.example",
    "text": "柜员甲说话很不耐烦，我要求书面道歉。",
}
LETTER = b"%PDF-1.7 the letter of Canary Complainant"


def holds(folder: Path, text: str) -> list[str]:
    spelled = (text.encode(), json.dumps(text)[1:-1].encode(), text.encode("gb18030"))
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file.name for file in files if any(form in file.read_bytes() for form in spelled)]


def test_a_case_is_erased_from_every_file(tmp_path: Path) -> None:
    assert case_views.SHOWN["case"]
    data = tmp_path / "var"
    branch = read_branch(midday_config(tmp_path))
    clock = Clock()
    runtime = open_branch(branch, data, "http://x", clock)
    who = Who("office", "office")

    def do(command: Any, *args: Any, **more: Any) -> Any:
        return runtime.writer.submit(By("office"), command, *args, **more).result().data

    complaint = ev.Complaint(ev.Channel.LETTER, clock().isoformat(), **WORDS)  # type: ignore[arg-type]
    case = do(runtime.commands.open_case, who=who, complaint=complaint)["case"]["id"]
    kept = keep(data / FOLDER, LETTER)
    attached = ev.CaseAttached(
        case, kept.file, "application/pdf", 1, name="来信.pdf", file_key=kept.key
    )
    do(runtime.commands.attach_to_case, who=who, attached=attached)
    runtime.close()
    assert [name for text in WORDS.values() for name in holds(data, text)] == []
    answer = forked.run("erase", "--yes", "--json", "--subject", f"case:{case}", "--data", data)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    again = open_branch(branch, data, "http://x", clock)
    rows = again._journal.db.execute("SELECT data FROM complaint_step").fetchall()
    tokens = [
        value for (row,) in rows for value in json.loads(row).values() if "sealed" in str(value)
    ]
    assert len(tokens) == 5
    assert {again.subject_keys.reveal(token) for token in tokens} == {"erased"}
    again.close()
    assert [name for text in WORDS.values() for name in holds(data, text)] == []
