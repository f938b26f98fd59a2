"""The picture of a dossier: one JPEG, frozen."""

from __future__ import annotations

import io
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from PIL import Image

from artmarket.catalogue.models import Artwork
from artmarket.catalogue.renditions import rendition_bytes

QUALITY = 88


@dataclass(frozen=True)
class FrozenPicture:
    """JPEG bytes without metadata, at most 1,024 px on the longer edge, and what is said of them."""

    data: bytes
    facts: dict[str, Any]


def freeze_picture(work: Artwork) -> FrozenPicture | None:
    """The work's primary picture; None where it has none that can be read."""
    image = work.images.order_by("-is_primary", "id").first()
    if image is None:
        return None
    try:
        with Image.open(io.BytesIO(rendition_bytes(image, "large"))) as opened:
            plain = opened.convert("RGB")
    except (OSError, ValueError):
        return None
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=QUALITY, subsampling=0)
    data = out.getvalue()
    facts = {
        "sha256": sha256(data).hexdigest(),
        "original_sha256": image.sha256,
        "width": plain.width,
        "height": plain.height,
        "credit": image.credit,
        "rights": str(image.get_rights_display()),
    }
    return FrozenPicture(data, facts)
