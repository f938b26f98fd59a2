"""Pictures that people send to be restyled: decoded safely, kept without a name or metadata, for their senders alone."""

from __future__ import annotations

import uuid
from typing import BinaryIO

from django.core.files.base import ContentFile

from analysis.styletransfer.models import LARGEST_PX, ContentPicture
from analysis.styletransfer.sources import check_shape
from artmarket.accounts.models import User
from artmarket.catalogue.renditions import as_webp, shrunk
from artmarket.core.pictures import decode_picture

QUALITY = 94


def take_picture(*, actor: User, source: BinaryIO, name: str = "") -> ContentPicture:
    """Keep a picture to restyle, no edge above 2,048 pixels; of an animation the first frame.

    Raises ``core.pictures.PictureRefused``, ``StylingRefused`` (``too_small``, ``too_long``).
    """
    decoded = decode_picture(source, name=name)
    check_shape(*decoded.image.size)
    small = shrunk(decoded.image, LARGEST_PX)
    picture = ContentPicture(
        id=uuid.uuid4(), made_by=actor, sha256=decoded.sha256, width_px=small.width, height_px=small.height
    )
    picture.file.save("", ContentFile(as_webp(small, QUALITY)), save=False)
    picture.full_clean(exclude=["file"])
    picture.save(force_insert=True)
    return picture
