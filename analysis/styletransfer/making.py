"""Painting a restyled picture and keeping it. Runs in a worker."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from analysis.styletransfer import forgetting, masks, restylers, services
from analysis.styletransfer.models import StyledImage
from analysis.styletransfer.sources import ChosenStyle, StylingRefused, opened
from analysis.styletransfer.wishes import Wish
from artmarket.catalogue.renditions import SIZES, as_webp, shrunk

if TYPE_CHECKING:
    from ml.images import Pixels
    from ml.reporter import Reporter
    from ml.styletransfer import Restyled, Style
    from ml.styletransfer.pictures import Mask

STYLE_PX = 512
PREVIEW_PX, PREVIEW_QUALITY, PREVIEW_SECONDS = 512, 80, 1.0
QUALITY = {"card": 84, "large": 90}
DIGITS = 5


def make(styled: StyledImage, reporter: Reporter) -> None:
    """Paint and keep it; nothing where it is there already. Raises ``ml.reporter.Cancelled`` when told to stop,
    ``StylingRefused`` and ``PermissionDenied`` where a source is gone, or may no longer be used."""
    if styled.result:
        return
    check_again(styled)
    content = content_of(styled)
    reporter.progress(0, None, phase=_("looking at the pictures"))
    if styled.method == StyledImage.Method.OPTIMISED:
        found, network = by_optimisation(styled, content, reporter)
    else:
        found, network = by_network(styled, content, reporter)
    keep(styled, found, network)


def check_again(styled: StyledImage) -> None:
    """What was checked when the picture was asked for, by what is on record now: days may lie between."""
    content = styled.content_picture or styled.content_image
    if content is None:
        raise StylingRefused("no_picture", _("The picture to restyle is no longer there."))
    wish = Wish(content=content, styles=chosen_styles(styled), organisation=styled.organisation)
    services.check_sources(styled.made_by, wish)


def content_of(styled: StyledImage) -> Image.Image:
    """The content as RGB, no edge above what was asked for."""
    if styled.content_picture is not None:
        with styled.content_picture.file.open("rb") as file, Image.open(cast(io.BytesIO, file)) as sent:
            picture = sent.convert("RGB")
    elif styled.content_image is not None:
        size = "large" if styled.longest_px <= SIZES["large"] else "full"
        picture = opened(styled.content_image, size)
    else:
        raise StylingRefused("no_picture", _("The picture to restyle is no longer there."))
    return shrunk(picture, styled.longest_px)


def chosen_styles(styled: StyledImage) -> list[ChosenStyle]:
    """All of them, for the result names them all. Raises ``StylingRefused`` (``no_style``) where one is gone."""
    uses = list(styled.styles.select_related("image__artwork__artist"))
    found = [ChosenStyle(use.image, use.weight) for use in uses if use.image is not None]
    if not found or len(found) < len(uses):
        raise StylingRefused("no_style", _("A work whose manner was to be taken is no longer there."))
    return found


def styles_of(styled: StyledImage, longest_px: int) -> list[Style]:
    from ml.styletransfer import Style

    return [
        Style(pixels_of(shrunk(opened(each.image, "large"), longest_px)), weight=each.weight / 100)
        for each in chosen_styles(styled)
    ]


def by_network(styled: StyledImage, content: Image.Image, reporter: Reporter) -> tuple[Restyled, str]:
    restyler, name = restylers.load_restyler(styled.model_version)
    found = restyler.apply(
        pixels_of(content),
        styles_of(styled, STYLE_PX),
        strength=styled.strength / 100,
        keep_colours=styled.keep_colours,
        content_mask=mask_of(styled, content),
        reporter=reporter,
    )
    return found, name


def by_optimisation(styled: StyledImage, content: Image.Image, reporter: Reporter) -> tuple[Restyled, str]:
    from ml.styletransfer import OptimisationSettings, restyle

    eye, usual = restylers.load_eye(), OptimisationSettings()
    settings = replace(
        usual,
        steps=styled.steps or usual.steps,
        longest_px=styled.longest_px,
        style_weight=usual.style_weight * styled.strength / 100,
        place_weight=usual.place_weight * styled.strength / 100,
        keep_colours=styled.keep_colours,
    )
    show = Previews(styled)
    found = restyle(
        pixels_of(content),
        styles_of(styled, styled.longest_px),
        eye,
        settings,
        reporter,
        content_mask=mask_of(styled, content),
        on_picture=show,
    )
    return found, eye.name


def mask_of(styled: StyledImage, content: Image.Image) -> Mask | None:
    """The mask at the content's size."""
    return masks.shares(bytes(styled.mask), *content.size) if styled.mask else None


class Previews:
    """Writes how far a run has come to the row, once a second at most; the page shows it."""

    def __init__(self, styled: StyledImage) -> None:
        self.key, self.written_at = styled.pk, 0.0

    def __call__(self, step: int, pixels: Pixels) -> None:
        if time.monotonic() - self.written_at < PREVIEW_SECONDS:
            return
        small = as_webp(shrunk(picture_of(pixels), PREVIEW_PX), PREVIEW_QUALITY)
        StyledImage.objects.filter(pk=self.key, result="").update(preview=small, preview_step=step)
        self.written_at = time.monotonic()


def keep(styled: StyledImage, found: Restyled, network: str) -> None:
    """Store the files, then the row that names them; where the row was deleted meanwhile, the files go again."""
    picture = picture_of(found.pixels)
    styled.network = network
    data = png_of(styled, picture)
    digest = sha256(data).hexdigest()
    styled.result.save(digest[:16], ContentFile(data), save=False)
    for size in forgetting.SIZES:
        small = as_webp(shrunk(picture, SIZES[size]), QUALITY[size])
        default_storage.save(forgetting.size_path(styled, size), ContentFile(small))
    facts = {
        "network": network,
        "result": styled.result.name,
        "result_sha256": digest,
        "width_px": picture.width,
        "height_px": picture.height,
        "content_loss": round(float(found.content_loss), DIGITS),
        "style_loss": round(float(found.style_loss), DIGITS),
        "seconds": round(float(found.seconds), 3),
        "preview": None,
    }
    with transaction.atomic():
        is_written = StyledImage.objects.filter(pk=styled.pk, result="").update(**facts)
    if not is_written:
        for name in forgetting.files_of(styled):
            default_storage.delete(name)


def png_of(styled: StyledImage, picture: Image.Image) -> bytes:
    """The picture as PNG that says in itself that a machine made it, from what and how."""
    from ml.gan.provenance import png

    return png(pixels_of(picture), facts_of(styled))


def facts_of(styled: StyledImage) -> dict[str, Any]:
    """What the file says of itself. A picture that was sent is not described."""
    content = styled.content_image.artwork if styled.content_image is not None else None
    return {
        "kind": "restyled",
        "model": styled.network,
        "method": styled.method,
        "content": str(content) if content is not None else "",
        "styles": [{"title": use.title, "weight": use.weight, "sha256": use.sha256} for use in styled.styles.all()],
        "strength": styled.strength,
        "keep_colours": styled.keep_colours,
        "steps": styled.steps,
        "inputs_sha256": styled.inputs_sha256,
        "picture": str(styled.pk),
    }


def pixels_of(picture: Image.Image) -> Pixels:
    """``uint8 [3, height, width]``."""
    return np.ascontiguousarray(np.asarray(picture.convert("RGB")).transpose(2, 0, 1))


def picture_of(pixels: Pixels) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(pixels.transpose(1, 2, 0)))
