"""How a process that runs for months connects to PostgreSQL."""

from __future__ import annotations

from typing import Any

LINE: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "options": "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
}
"""A line that was cut without a word is given up within half a minute, here and by the server; the kernel's own limits
are hours."""
