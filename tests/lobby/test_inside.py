"""Files are opened without following a link out of their folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lobby.branch.inside import open_inside


def test_a_link_leads_nowhere_but_the_folder_may_be_one(tmp_path: Path) -> None:
    real = tmp_path / "real"
    (real / "zh").mkdir(parents=True)
    (real / "zh/a.wav").write_bytes(b"sound")
    (tmp_path / "secret").write_text("outside")
    (real / "zh/b.wav").symlink_to(tmp_path / "secret")
    (real / "en").symlink_to(tmp_path)
    os.mkfifo(real / "zh/pipe.wav")
    (tmp_path / "named").symlink_to(real)
    with open_inside(tmp_path / "named", "zh", "a.wav") as file:
        assert file.read() == b"sound"
    for parts in (
        ("zh", "b.wav"),
        ("en", "secret"),
        ("zh", "pipe.wav"),
        ("zh",),
        ("zh", "none.wav"),
    ):
        with pytest.raises(OSError):  # noqa: PT011
            open_inside(real, *parts)
