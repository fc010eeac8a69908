"""A link as a QR code, for a screen."""

from __future__ import annotations

import io

import qrcode
from flask import Response
from qrcode.image.svg import SvgPathImage


def qr_svg(link: str) -> Response:
    """The link as a picture."""
    picture = io.BytesIO()
    qrcode.make(link, image_factory=SvgPathImage, border=2).save(picture)
    return Response(picture.getvalue(), content_type="image/svg+xml")
