"""What is asked of a restyling: content, styles and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias

from analysis.similarity.models import Selection
from analysis.styletransfer.models import ContentPicture, StyledImage
from analysis.styletransfer.sources import ChosenStyle
from artmarket.accounts.models import Organisation
from artmarket.catalogue.models import Artist, ArtworkImage

Content: TypeAlias = ContentPicture | ArtworkImage
STEPS = {"quick": 60, "usual": 150, "fine": 400}
SIZES_PX = {StyledImage.Method.FEED_FORWARD: (256, 512, 1024, 2048), StyledImage.Method.OPTIMISED: (256, 384, 512, 768)}


@dataclass(frozen=True)
class Wish:
    """``strength`` in per cent; ``longest_px`` of the result, which is never larger than the content; ``mask`` a PNG."""

    content: Content
    styles: Sequence[ChosenStyle]
    method: str = StyledImage.Method.FEED_FORWARD
    strength: int = 100
    keep_colours: bool = False
    longest_px: int = 512
    steps: int = STEPS["usual"]
    mask: bytes | None = None
    organisation: Organisation | None = None
    artist: Artist | None = None
    selection: Selection | None = None

    def as_inputs(self) -> dict[str, Any]:
        """All that the result depends on but the network, as JSON."""
        is_optimised = self.method == StyledImage.Method.OPTIMISED
        return {
            "content": self.content.sha256,
            "styles": [[each.image.sha256, each.weight] for each in self.styles],
            "method": str(self.method),
            "strength": self.strength,
            "keep_colours": self.keep_colours,
            "longest_px": self.longest_px,
            "steps": self.steps if is_optimised else None,
            "mask": sha256(self.mask).hexdigest() if self.mask else "",
        }
