"""The branch's own standards, and its morning meeting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le
from pydantic import Strict

from lobby.branch.names import STRICT, TimeOfDay


@dataclass(frozen=True)
class Standards:
    """The written service standards 服务标准. `file` is a TOML or CSV file beside the configuration with standards of
    the bank's own: it replaces the shipped catalogue, or `extends` it, where a standard of the same id takes the place
    of the shipped one. `without` are the ids of what this branch does not have. `opens`: when the first counter is to
    be open. `meeting_items` are drawn for a morning meeting 晨会, of ten minutes with twelve."""

    __pydantic_config__ = STRICT

    file: str | None = None
    extends: bool = True
    without: tuple[str, ...] = ()
    opens: TimeOfDay | None = None
    meeting_items: Annotated[int, Strict(), Ge(1), Le(60)] = 12
