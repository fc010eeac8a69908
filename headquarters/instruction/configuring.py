"""The API that sends a configuration: the file with its tables, and what it names beside it, as one folder."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from headquarters.instruction.api import api, send_down, whom
from headquarters.instruction.configured import read_configuration
from headquarters.instruction.instructions import SIZE_MAX
from lobby.branch.complaint import ConfigError
from lobby.errors import Invalid
from lobby.events.down import Configuration
from web.languages import lang
from web.roles import needs, takes
from web.schemas import Body, Id

FILES_MAX = 80
FilePath = Annotated[
    str, StringConstraints(pattern=r"^[^/\\.][^/\\]{0,80}(/[^/\\.][^/\\]{0,80})?$", max_length=170)
]
"""A file of the folder, or of a folder in it."""


class ConfigurationBody(Body):
    """A folder with one TOML file and the files that it names, in base64. With `only_check` nothing is sent."""

    files: Annotated[dict[FilePath, str], Field(min_length=1, max_length=FILES_MAX)]
    unit: str = Field(default="", max_length=40)
    branches: list[Id] = Field(default=[], max_length=500)
    only_check: bool = False


class ConfiguredOut(BaseModel):
    """`id`: None where nothing was sent."""

    id: int | None
    version: str
    tables: list[str]
    slides: list[str]


@api.post("/configurations", responses={201: ConfiguredOut})
@needs("office")
@takes(2 * SIZE_MAX)
def configure(body: ConfigurationBody) -> tuple[dict[str, Any], int]:
    """Check it as a branch does, but for the branch's own tables; sign it and send it down."""
    content = _read(body.files)
    id = None if body.only_check else send_down(content, whom(body.branches, body.unit))
    answer = {
        "id": id,
        "version": content.version,
        "tables": [*content.tables],
        "slides": [*content.slides],
    }
    return answer, 201


def _read(files: Mapping[str, str]) -> Configuration:
    """Raises Invalid with everything that is wrong."""
    with TemporaryDirectory(prefix="lobby-configuration-") as folder:
        for name, text in files.items():
            _put(Path(folder), name, text)
        tables = [*Path(folder).glob("*.toml")]
        if len(tables) != 1:
            raise Invalid("one_toml", "files")
        try:
            return read_configuration(tables[0])
        except ConfigError as error:
            wrong = error.text(lang()).replace(f"{folder}/", "")
            raise Invalid("configuration_wrong", "files", wrong=wrong) from error


def _put(folder: Path, name: str, text: str) -> None:
    path = folder / PurePosixPath(name)
    path.parent.mkdir(exist_ok=True)
    try:
        path.write_bytes(base64.b64decode(text, validate=True))
    except (binascii.Error, OSError) as error:
        raise Invalid("file_no_base64", "files", name=name) from error
