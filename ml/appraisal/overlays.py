"""Overlays drawn: as a fragment of SVG for a page, and over the picture for a file."""

from __future__ import annotations

import base64
import io
from html import escape

import numpy as np
from PIL import Image, ImageDraw

from ml.appraisal.geometry import Grid, Overlay

OVERLAYS: dict[str, str] = {
    "palette": "The picture in its main colours only.",
    "temperature": "Orange where colour is warm, blue where it is cool.",
    "harmony": "Which of the scheme's hues a place has; white where it has none of them, grey where it has hardly colour.",
    "light": "Deep shadow, middle tones and lights.",
    "saliency": "Bright where the eye is drawn; the box holds the main motif.",
    "thirds": "The lines of thirds, the middle of the main motif, and the crossing nearest to it.",
    "golden": "The golden sections, the middle of the main motif, and the crossing nearest to it.",
    "figure": "The main motif, the ground darkened.",
    "balance": "Bright where weight lies; the mark is the centre of all weight, the cross the picture's middle.",
    "symmetry": "Bright where left and right differ.",
    "lines": "The dominant straight lines, and the point where they meet.",
    "horizon": "The level line that best divides the picture's colours.",
    "outlines": "Bright where outlines are dense.",
    "brushwork": "Which way the marks run; longer where they run the same way.",
}
SHOWN_PX = 1000
ROLE_COLOURS = {
    "slant": "#ff5a36",
    "level": "#35c2ff",
    "upright": "#ffd23f",
    "horizon": "#35c2ff",
    "vanishing": "#ffffff",
    "motif": "#ff5a36",
    "nearest": "#ffd23f",
    "weight": "#ff5a36",
    "centre": "#ffffff",
    "axis": "#ffffff",
    "mark": "#ffe08a",
}
PLAIN_COLOUR = "#ffffff"
WARM_RGB, COOL_RGB, GLOW_RGB = (255, 122, 24), (40, 120, 255), (255, 196, 0)


def grid_image(grid: Grid) -> Image.Image:
    """A grid as a small RGBA picture, one pixel a cell."""
    values = grid.array()
    found = np.zeros((*values.shape, 4), np.uint8)
    if grid.meaning == "labels":
        table = np.array([list(bytes.fromhex(colour[1:])) for colour in grid.colours], np.uint8)
        found[:, :, :3], found[:, :, 3] = table[np.minimum(values, len(table) - 1)], 255
    elif grid.meaning == "mask":
        found[:, :, 3] = np.where(values < 128, 165, 0)
    elif grid.meaning == "diverging":
        apart = values.astype(np.int16) - 128
        found[:, :, :3] = np.where(apart[:, :, None] > 0, WARM_RGB, COOL_RGB)
        found[:, :, 3] = np.minimum(np.abs(apart) * 1.7, 215).astype(np.uint8)
    else:
        found[:, :, :3], found[:, :, 3] = GLOW_RGB, (values * 0.8).astype(np.uint8)
    return Image.fromarray(found)


def as_svg(name: str, overlay: Overlay, *, aspect: float) -> str:
    """A ``<g>`` for an ``<svg viewBox="0 0 1000 HEIGHT">`` over the picture, HEIGHT = 1000 / ``aspect`` (width : height).

    It has no style of its own: classes are ``overlay overlay-NAME`` on the group, ``overlay-line``, ``-point``, ``-box``,
    ``-curve`` and ``-grid`` on parts, each with ``role-ROLE``. A line's weight is its ``stroke-opacity``. A grid is a PNG in a
    ``data:`` address. Text is escaped.
    """
    wide, high = float(SHOWN_PX), SHOWN_PX / aspect
    parts = [grid_svg(overlay.grid, wide, high)] if overlay.grid else []
    for box in overlay.rectangles:
        place = f'x="{box.x * wide:.1f}" y="{box.y * high:.1f}"'
        size = f'width="{box.width * wide:.1f}" height="{box.height * high:.1f}"'
        parts.append(f'<rect class="overlay-box {role(box.role)}" fill="none" {place} {size}/>')
    for curve in overlay.curves:
        places = " ".join(f"{x * wide:.1f},{y * high:.1f}" for x, y in curve.places)
        parts.append(f'<polyline class="overlay-curve {role(curve.role)}" fill="none" points="{places}"/>')
    for line in overlay.lines:
        first = f'x1="{line.x1 * wide:.1f}" y1="{line.y1 * high:.1f}"'
        second = f'x2="{line.x2 * wide:.1f}" y2="{line.y2 * high:.1f}"'
        opacity = f'stroke-opacity="{0.35 + 0.65 * line.weight:.2f}"'
        parts.append(f'<line class="overlay-line {role(line.role)}" {first} {second} {opacity}/>')
    for point in overlay.points:
        place = f'cx="{point.x * wide:.1f}" cy="{point.y * high:.1f}"'
        parts.append(f'<circle class="overlay-point {role(point.role)}" {place} r="12"/>')
    return f'<g class="overlay overlay-{escape(name)}">{"".join(parts)}</g>'


def role(name: str) -> str:
    return f"role-{escape(name or 'plain')}"


def grid_svg(grid: Grid, wide: float, high: float) -> str:
    written = io.BytesIO()
    grid_image(grid).save(written, "PNG")
    address = f"data:image/png;base64,{base64.b64encode(written.getvalue()).decode()}"
    drawn = 'image-rendering="pixelated" ' if grid.meaning in ("labels", "mask") else ""
    size = f'width="{wide:.0f}" height="{high:.1f}" preserveAspectRatio="none"'
    return f'<image class="overlay-grid grid-{escape(grid.meaning)}" {size} {drawn}href="{address}"/>'


def over(picture: Image.Image, overlay: Overlay) -> Image.Image:
    """The picture (RGB, the same size) with the overlay drawn on it; lines have a dark edge so that they show on anything."""
    found = picture.convert("RGB")
    width, height = found.size
    if overlay.grid:
        way = Image.Resampling.NEAREST if overlay.grid.meaning in ("labels", "mask") else Image.Resampling.BICUBIC
        sheet = grid_image(overlay.grid).resize(found.size, way)
        found.paste(sheet.convert("RGB"), (0, 0), sheet.getchannel("A"))
    pen = ImageDraw.Draw(found)
    thick = max(2, round(max(width, height) / 300))
    for line in overlay.lines:
        ends = (line.x1 * width, line.y1 * height, line.x2 * width, line.y2 * height)
        if line.role == "mark":
            pen.line(ends, ROLE_COLOURS["mark"], max(1, thick // 2))
            continue
        pen.line(ends, "#101010", thick + 2)
        pen.line(ends, ROLE_COLOURS.get(line.role, PLAIN_COLOUR), thick)
    for box in overlay.rectangles:
        corners = (box.x * width, box.y * height, (box.x + box.width) * width - 1, (box.y + box.height) * height - 1)
        pen.rectangle(corners, outline=ROLE_COLOURS.get(box.role, PLAIN_COLOUR), width=thick)
    for curve in overlay.curves:
        pen.line([(x * width, y * height) for x, y in curve.places], ROLE_COLOURS.get(curve.role, PLAIN_COLOUR), thick)
    for point in overlay.points:
        x, y, reach = point.x * width, point.y * height, 3 * thick
        colour = ROLE_COLOURS.get(point.role, PLAIN_COLOUR)
        pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=colour, outline="#101010", width=2)
    return found
