"""Small painted collections with known answers, for tests of what looks at pictures."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from PIL import Image

PALETTES = {"Red": (200, 60, 40), "Green": (60, 160, 70), "Blue": (50, 80, 190)}


def paint(style: str, medium: str, seed: int, side: int = 96) -> Image.Image:
    """A picture whose palette is its style's and whose texture is its medium's: stripes for oil, dots for tempera."""
    random = np.random.default_rng(seed)
    coarse = random.uniform(-40, 40, (6, 6, 1))
    ground = np.kron(coarse, np.ones((side // 6, side // 6, 1))) + np.array(PALETTES[style])
    down, across = np.mgrid[:side, :side]
    slant = random.uniform(0.6, 1.4)
    texture = np.sin((down + slant * across) * 0.9) if medium == "Oil on canvas" else random.normal(size=(side, side))
    return Image.fromarray((ground + 35 * texture[..., None]).clip(0, 255).astype(np.uint8))


def make_collection(folder: Path, works: int = 54) -> Path:
    """A ``metadata.csv`` with its pictures; every seventh medium is not said, every ninth year neither."""
    rows = []
    for number in range(works):
        style, medium = list(PALETTES)[number % 3], ("Oil on canvas", "Tempera on panel")[number // 3 % 2]
        file = folder / f"{number}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        paint(style, medium, number).save(file, quality=92)
        rows.append(
            {
                "file": file.name,
                "artist": f"Painter {style}",
                "style": style,
                "medium": "" if number % 7 == 0 else medium,
                "year": "" if number % 9 == 0 else str(1850 + number % 3 * 50),
            }
        )
    with (folder / "metadata.csv").open("w", newline="") as table:
        writer = csv.DictWriter(table, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder
