"""Where a page may send its reader next: to a path of this server in a plain form."""

from __future__ import annotations

import re

OWN_PATH = re.compile(r"/(?:[a-z0-9_][\w~/-]*)?(?:\?[\w.~=&-]*)?", re.ASCII)
"""No form that a browser may read differently: no `//` or slash and backslash at the head, no dots, percent signs,
backslashes or control characters in the path. Our own pages need none of them."""


def own_path(path: str | None, default: str) -> str:
    """The path where it is one of ours, else the default."""
    if path and OWN_PATH.fullmatch(path):
        return path
    return default
