"""The surface on which a scene is laid in, before any brushwork."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from artmarket.demo.atelier.colour import Array, Palette, as_fill
from artmarket.demo.atelier.noise import clouds, ridge

Point = tuple[float, float]


class Underpainting:
    """A small picture in floats. Places are given in 0..1 across and 0..1 down."""

    def __init__(self, width: int, height: int, palette: Palette, rng: np.random.Generator) -> None:
        self.width, self.height, self.palette, self.rng = width, height, palette, rng
        self.rgb: Array = np.zeros((height, width, 3), np.float32)
        self.down, self.across = np.mgrid[0:height, 0:width].astype(np.float32)
        self.down /= height
        self.across /= width

    def gradient(self, stops: Sequence[tuple[float, Array]], top: float = 0.0, bottom: float = 1.0) -> None:
        """Fill the band from ``top`` to ``bottom`` with colours at the given places in it."""
        places = np.array([place for place, _ in stops])
        colours = np.stack([colour for _, colour in stops])
        rows = np.clip((np.arange(self.height) / self.height - top) / max(bottom - top, 1e-6), 0, 1)
        band = np.stack([np.interp(rows, places, colours[:, part]) for part in range(3)], -1)
        first, last = int(top * self.height), int(np.ceil(bottom * self.height))
        self.rgb[first:last] = band[first:last, None]

    def lay(self, mask: Array, colour: Array, opacity: float = 1.0) -> None:
        """Blend a colour (three floats, or a picture) where ``mask`` is above 0."""
        share = np.clip(mask, 0, 1)[..., None] * opacity
        self.rgb += (colour - self.rgb) * share

    def shape(self, points: Sequence[Point], soft: float = 0.0) -> Array:
        """Mask of a polygon; ``soft`` blurs its edge by that many pixels."""
        return self._drawn(lambda draw: draw.polygon([self._at(point) for point in points], fill=255), soft)

    def ellipse(self, centre: Point, radii: Point, soft: float = 0.0) -> Array:
        """Mask of an ellipse; the radii are shares of the height."""
        x, y = self._at(centre)
        wide, high = radii[0] * self.height, radii[1] * self.height
        return self._drawn(lambda draw: draw.ellipse([x - wide, y - high, x + wide, y + high], fill=255), soft)

    def line(self, points: Sequence[Point], thick: float, soft: float = 0.0) -> Array:
        """Mask of a line, ``thick`` in shares of the height."""
        wide = max(1, round(thick * self.height))
        return self._drawn(lambda draw: draw.line([self._at(point) for point in points], fill=255, width=wide), soft)

    def below(self, line: Array) -> Array:
        """Mask of everything below a line of heights (one a column, 0..1 down)."""
        return np.clip((self.down - line[None, :]) * self.height + 0.5, 0, 1)

    def noise(self, cells: float = 4, octaves: int = 4, stretch: float = 1.0) -> Array:
        return clouds(self.rng, self.width, self.height, cells, octaves, stretch)

    def ridge(self, cells: float, rough: float = 0.45) -> Array:
        return ridge(self.rng, self.width, cells, rough)

    def draw_in(self, paint: Sequence[tuple[str, Sequence[Point], Array]]) -> None:
        """Many small flat shapes at once: ("polygon" or "ellipse", corner points, colour)."""
        picture = Image.fromarray((np.clip(self.rgb, 0, 1) * 255).astype(np.uint8))
        draw = ImageDraw.Draw(picture)
        for kind, points, colour in paint:
            corners = [self._at(point) for point in points]
            if kind == "ellipse":
                (left, top), (right, bottom) = corners
                draw.ellipse([min(left, right), min(top, bottom), max(left, right), max(top, bottom)], as_fill(colour))
            else:
                draw.polygon(corners, as_fill(colour))
        self.rgb = np.asarray(picture, np.float32) / 255

    def _at(self, point: Point) -> Point:
        return point[0] * self.width, point[1] * self.height

    def _drawn(self, draw_on: object, soft: float) -> Array:
        mask = Image.new("L", (self.width, self.height))
        draw_on(ImageDraw.Draw(mask))  # type: ignore[operator]
        if soft:
            mask = mask.filter(ImageFilter.GaussianBlur(soft))
        return np.asarray(mask, np.float32) / 255
