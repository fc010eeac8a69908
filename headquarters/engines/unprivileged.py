"""PostgreSQL refuses root: where we are root, another user runs it."""

from __future__ import annotations

import os
import pwd
import shutil
from pathlib import Path

UNPRIVILEGED = "nobody"
"""Who runs it then."""
CAPABILITIES = {"dac_read_search": 2, "dac_override": 1}
"""By which that user reads what root alone may, a checkout in /root for one. The number is the bit in CapEff."""


def give_away(path: Path) -> None:
    """Give it to who runs PostgreSQL."""
    if os.geteuid() == 0:
        shutil.chown(path, UNPRIVILEGED)


def unprivileged(*more: str) -> list[str]:
    """The beginning of a command that must not run as root. A change of user drops what was asked of the kernel for the
    parent's death: it is asked again."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        raise OSError("PostgreSQL refuses root, and setpriv (util-linux) is not here")
    user = pwd.getpwnam(UNPRIVILEGED)
    words = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    for name, bit in CAPABILITIES.items():
        if _may(bit):
            words += [f"--inh-caps=+{name}", f"--ambient-caps=+{name}"]
            break
    return [*words, *more]


def _may(bit: int) -> bool:
    """Whether this process has the capability."""
    for line in Path("/proc/self/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "CapEff":
            return bool(int(value, 16) >> bit & 1)
    return False
