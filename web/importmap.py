"""What scripts call the modules that all pages share, and the library they use: the page's import map.

Editors, the type checker and Node read the same names from package.json."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode

IMPORTS = {"#web/": "/static/", "socket.io-client": "/static/vendor/socket.io.esm.min.js"}
MAP = {"imports": IMPORTS}


def _source() -> str:
    text = json.dumps(MAP, separators=(",", ":"))
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


CSP_SOURCE = _source()
"""The one inline script that a page may have, by its hash."""
