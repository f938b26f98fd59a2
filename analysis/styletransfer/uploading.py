"""Pictures that people send to be restyled: decoded safely, kept without a name or metadata, for their senders alone."""

from __future__ import annotations

import io
import uuid
from typing import BinaryIO

from django.core.files.base import ContentFile
from PIL import Image

from analysis.styletransfer.models import LARGEST_PX, ContentPicture
from analysis.styletransfer.sources import check_shape
from artmarket.accounts.models import User
from artmarket.core.pictures import decode_picture

QUALITY = 94


def take_picture(*, actor: User, source: BinaryIO, name: str = "") -> ContentPicture:
    """Keep a picture to restyle, no edge above 2,048 pixels; of an animation the first frame.

    Raises ``core.pictures.PictureRefused``, ``StylingRefused`` (``too_small``, ``too_long``).
    """
    decoded = decode_picture(source, name=name)
    check_shape(*decoded.image.size)
    small = decoded.image.copy()
    small.thumbnail((LARGEST_PX, LARGEST_PX), Image.Resampling.LANCZOS)
    bare, out = Image.new("RGB", small.size), io.BytesIO()
    bare.paste(small)
    bare.save(out, "WEBP", quality=QUALITY, method=2)
    picture = ContentPicture(
        id=uuid.uuid4(), made_by=actor, sha256=decoded.sha256, width_px=small.width, height_px=small.height
    )
    picture.file.save("", ContentFile(out.getvalue()), save=False)
    picture.full_clean(exclude=["file"])
    picture.save(force_insert=True)
    return picture
