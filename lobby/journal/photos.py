"""Photos of inspections: files of the data folder, named by what is in them. They are drawn anew when they come in, so
that nothing but the picture is kept: no place, no telephone, no time."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from pathlib import Path

from PIL import Image

from lobby.branch.inside import open_inside
from lobby.errors import Invalid

FOLDER = "photos"
SIDE_MAX = 1600
PIXELS_MAX = 40_000_000
"""No telephone's picture has more; a small file that unpacks to more is an attack."""
FORMATS = ("JPEG", "PNG", "WEBP")
NAME = re.compile(r"[0-9a-f]{64}")


def keep_photo(data: Path, base64_text: str) -> str:
    """Keep the picture and give its name. What it is, its content says. Raises Invalid for what is no picture."""
    picture = _drawn_anew(_decoded(base64_text))
    name = hashlib.sha256(picture).hexdigest()
    folder = data / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / f"{name}.jpg"
    if not file.exists():
        part = file.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_bytes(picture)
        part.replace(file)
    return name


def photo(data: Path, name: str) -> bytes | None:
    """The picture of this name; None where it is gone."""
    if not NAME.fullmatch(name):
        return None
    try:
        with open_inside(data / FOLDER, f"{name}.jpg") as file:
            return file.read()
    except OSError:
        return None


def _decoded(base64_text: str) -> bytes:
    try:
        return base64.b64decode(base64_text, validate=True)
    except ValueError as error:
        raise Invalid("no_photo", "image") from error


def _drawn_anew(data: bytes) -> bytes:
    """A JPEG of the picture alone."""
    target = io.BytesIO()
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > PIXELS_MAX:
                raise Invalid("no_photo", "image")
            small = image.convert("RGB")
            small.thumbnail((SIDE_MAX, SIDE_MAX))
            small.save(target, "JPEG", quality=80)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise Invalid("no_photo", "image") from error
    return target.getvalue()
