"""Where a page may send its reader next: to a path of this server's own, written plainly."""

from __future__ import annotations

import re

OWN = re.compile(r"/(?:[a-z0-9_][\w~/-]*)?(?:\?[\w.~=&-]*)?", re.ASCII)
"""Nothing that a browser reads otherwise than it looks: no `//` or slash and backslash at the head, no dots, percent
signs, backslashes or control characters in the path. Our own pages need none of them."""


def own_path(wish: str | None, otherwise: str) -> str:
    """`wish` where it is a path of ours."""
    return wish if wish and OWN.fullmatch(wish) else otherwise
