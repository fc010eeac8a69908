"""Files that belong to what the branch is told: a case's attachment, a mark's photo."""

from __future__ import annotations

from pathlib import Path

from lobby.commands.base import Command, P
from lobby.journal.attachments import drop
from web.dispatch import Answer, do
from web.loop import in_thread


def do_with_file(
    folder: Path, file: str, command: Command[P], /, *args: P.args, **kwargs: P.kwargs
) -> Answer:
    """As web.dispatch.do, for a command that names a file, which lies in its place already. It is taken away where the
    command is refused, or was done before. Raises LobbyError."""
    noted = False
    try:
        answer = do(command, *args, **kwargs)
        noted = not answer.repeated
    finally:
        if not noted:
            in_thread(drop, folder, file)
    return answer
