"""Photos of inspections: files of the data folder, sealed as the files of cases are. They are drawn anew when they come
in, so that nothing but the picture is kept: no place, no telephone, no time."""

from __future__ import annotations

import base64
import io
from pathlib import Path

from PIL import Image

from lobby.errors import Invalid
from lobby.events.inspection import Picture
from lobby.events.personal import Missing, Reveal
from lobby.journal import attachments
from lobby.journal.attachments import PHOTOS, Kept

SIDE_MAX = 1600
PIXELS_MAX = 40_000_000
"""No telephone's picture has more; a small file that unpacks to more is an attack."""
FORMATS = ("JPEG", "PNG", "WEBP")


def keep_photo(data: Path, base64_text: str) -> Kept:
    """Keep the picture. What it is, its content says. Raises Invalid for what is no picture."""
    return attachments.keep(data / PHOTOS, _drawn_anew(_decoded(base64_text)))


def photo(data: Path, picture: Picture, reveal: Reveal) -> bytes | Missing:
    """The picture as JPEG, or why it cannot be seen."""
    key = reveal(picture.key)
    if isinstance(key, Missing):
        return key
    try:
        return attachments.content_of(data / PHOTOS, picture.file, key)
    except (OSError, ValueError):
        return Missing.LOST


def _decoded(base64_text: str) -> bytes:
    try:
        return base64.b64decode(base64_text, validate=True)
    except ValueError as error:
        raise Invalid("no_photo", "image") from error


def _drawn_anew(data: bytes) -> bytes:
    """A JPEG of the picture alone. What a decoder raises for a picture that is made badly has no end."""
    target = io.BytesIO()
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > PIXELS_MAX:
                raise Invalid("no_photo", "image")
            small = image.convert("RGB")
            small.thumbnail((SIDE_MAX, SIDE_MAX))
            small.save(target, "JPEG", quality=80)
    except Exception as error:
        raise Invalid("no_photo", "image") from error
    return target.getvalue()
