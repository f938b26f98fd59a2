"""Who paints: movements, and the hand of each invented artist, early and late."""

from __future__ import annotations

from dataclasses import dataclass, field

from artmarket.demo.atelier.colour import Palette
from artmarket.demo.atelier.strokes import Brush


@dataclass(frozen=True)
class Hand:
    """What makes an artist's pictures the artist's.

    ``technique`` names the way of painting, ``early`` and ``late`` the palettes between which the years move,
    ``subjects`` what is painted, ``kind`` the variant of techniques without a subject, ``density`` how much is put in.
    """

    technique: str
    early: str
    late: str
    subjects: tuple[str, ...] = ()
    brush: Brush = field(default_factory=Brush)
    kind: tuple[str, ...] = ("",)
    density: float = 1.0
    shapes: tuple[float, ...] = (1.25, 0.8)
    harmony: float = 0.5
    relief: float = 0.6
    varnish: float = 0.0
    line: float = 0.5
    levels: int = 4

    def palette(self, age: float) -> Palette:
        """The palette at ``age`` 0 (first works) to 1 (last)."""
        return Palette.parse(self.early).mixed(Palette.parse(self.late), age)


OLD = Brush(0.006, 5, "form", 0.4, 0.5, 0.55, 0.008, 2)
PLEIN = Brush(0.0085, 3.6, "sweep", 0.5, 0.5, 0.9, 0.03, 3)
BOLD = Brush(0.012, 5, "form", 0.8, 0.8, 0.95, 0.025, 2, outline=0.8)

HANDS: dict[str, Hand] = {
    # Tenebrous school of Varn
    "mireveld": Hand(
        "oil",
        "6b6a58 a08a62 4a4030 5a4126 15100b efdcb2 a33a22 c08a35",
        "54503f 8d7348 3a3024 4a331d 0e0a07 f3d9a0 8e2f1b b4772b",
        ("portrait", "portrait", "interior"),
        OLD,
        shapes=(0.8,),
        varnish=0.55,
        relief=0.3,
    ),
    "orloy": Hand(
        "oil",
        "5c665f 8c8a6c 39443b 4d4a2c 11130e eae2c0 7e3226 b79a4c",
        "4a5c5c 7d8466 2d3b36 3f4527 0b0f0c f2eac8 96402c c9a64b",
        ("still_life",),
        OLD,
        shapes=(1.2, 0.85),
        varnish=0.4,
        relief=0.25,
    ),
    "vasques": Hand(
        "oil",
        "34455c 6a6d66 25303f 3a3122 0c1018 f4e3ae b35a2c e0a848",
        "25365a 5a5f74 1a2340 2c2a33 070a14 f8ecc0 c2602a f0b64a",
        ("nocturne", "nocturne", "seascape"),
        OLD,
        shapes=(1.35, 1.2),
        varnish=0.25,
        relief=0.3,
    ),
    # Halden plein-air painters
    "lindqvaer": Hand(
        "oil",
        "8fb4d6 e8dcc0 7c94b0 7fa05a 2f4a4a fdf3dc d9734e e3b84f",
        "a9bfe0 f4d9c8 9a9cc8 a3b45c 43508a fff6e0 ea8a6a f2c75a",
        ("landscape", "landscape", "seascape"),
        PLEIN,
        shapes=(1.25, 1.4),
    ),
    "aubrac": Hand(
        "oil",
        "9cc4c8 f2dfc4 6f9aa0 b0a860 2c4f5c fff4d8 e2674a f4b942",
        "7ab8d8 fbe0b0 5a8fc0 c8b850 1f4a7a fff8dc f05a3c ffc63a",
        ("seascape",),
        Brush(0.0085, 5.5, "level", 0, 0.2, 0.92, 0.028, 3),
        shapes=(1.5, 1.3),
    ),
    "sorolha": Hand(
        "oil",
        "b8cfd8 f6e8c8 a8b08c 98a850 4a4a38 fffbe8 d86a7a f0c860",
        "c8d4e8 fff0d0 b8b0a8 b4b858 5a4c50 fffdf0 e8708c f8d060",
        ("still_life", "interior", "landscape"),
        Brush(0.009, 2.6, "form", 0.3, 0.8, 0.9, 0.028, 3),
        shapes=(1.0, 0.85),
    ),
    "thornaby": Hand(
        "oil",
        "9aa2a8 c8bca0 66706a 6e6a44 2c2e2c e8e0c8 9a4a38 b89850",
        "b4a8b0 d8c8a8 7a7880 8a7a4c 3c3440 f4e8d0 b85844 cca858",
        ("landscape", "roofs"),
        Brush(0.0125, 2.8, "sweep", 2.4, 0.4, 0.88, 0.02, 3),
        shapes=(1.3,),
        relief=0.9,
    ),
    # Vibrists: divided colour
    "perrancourt": Hand(
        "dots",
        "8ab8e0 f8e0b0 6a8cc8 88b058 2a3a78 fff8e0 f07848 f8c840",
        "6aa8f0 ffd0a0 5878d8 68b870 3a2a88 fffce8 ff6850 ffd030",
        ("seascape", "landscape"),
        Brush(0.0085, 1.2, "dab", split=0.55, jitter=0.035),
        shapes=(1.3,),
    ),
    "quintela": Hand(
        "dots",
        "d8b8d0 ffe0b8 9a78b8 c8a048 48285a fff4e0 e85878 f8a838",
        "e8a8b8 ffd898 a868a8 d8b040 582048 fff8e0 f04868 ffb828",
        ("landscape", "roofs", "nocturne"),
        Brush(0.012, 2.3, "form", 0.5, 0.2, 0.95, 0.035, 2, split=0.5),
        shapes=(1.2, 0.85),
    ),
    "hoegh": Hand(
        "dots",
        "a8d0c8 e8f0c8 68a898 78b048 18504a f8fce8 e88858 e8d048",
        "88d0d8 f0f8c0 48a0a8 58b858 08485a fcffe8 f07848 f0e040",
        ("landscape", "still_life"),
        Brush(0.011, 1.0, "dab", split=0.4, jitter=0.05),
        shapes=(1.0, 1.25),
    ),
    # Northern Flame
    "karvonen": Hand(
        "oil",
        "3868a8 f0a040 285048 2a8058 181430 fff0a0 e02838 f8c020",
        "2048c0 ff7030 184060 108868 100828 fff880 f01848 ffd800",
        ("roofs", "portrait"),
        BOLD,
        shapes=(0.85, 1.2),
        relief=1.0,
        harmony=0.8,
    ),
    "brandsma": Hand(
        "oil",
        "e87848 f8c868 784878 588038 28182c fff0c8 d82848 48a8a0",
        "f05838 ffd048 883868 409038 200c20 fff8c0 e81840 20b0b0",
        ("portrait", "portrait", "still_life"),
        Brush(0.016, 4, "form", 1.0, 0.6, 0.95, 0.03, 2, outline=0.8),
        shapes=(0.8,),
        relief=1.0,
        harmony=0.8,
    ),
    "tveitane": Hand(
        "oil",
        "186878 78c0a0 104048 387040 081820 e8f8d0 f09030 f8d848",
        "0a5898 58d0b0 083860 208048 040c20 f0ffd0 ff8818 ffe830",
        ("landscape", "nocturne", "seascape"),
        Brush(0.008, 8, "swirl", 0.2, 0.7, 0.95, 0.022, 3),
        shapes=(1.25, 1.0),
        relief=1.0,
        harmony=0.7,
    ),
    # Prismatists
    "delaroque": Hand(
        "facets",
        "8a9098 c8b898 685c4c 8c7448 241f1c ece0c4 a86838 60747c",
        "98989c d4c4a0 786850 a08850 282420 f4e8cc b87840 788890",
        ("still_life",),
        Brush(0.011, 3.2, "sweep", 0.4, 0.2, 0.8, 0.014, 2),
        density=1.0,
        shapes=(0.8, 1.2),
        line=0.75,
    ),
    "szarvady": Hand(
        "facets",
        "4878b0 e8c888 385878 a87840 1c2030 fcf0d0 d84830 e8a030",
        "3060d0 f8c868 2848a0 c07828 141830 fff8d8 f03820 f8b018",
        ("portrait", "interior"),
        Brush(0.015, 3, "sweep", 2.2, 0.2, 0.85, 0.018, 2),
        density=1.5,
        shapes=(0.78,),
        line=0.5,
    ),
    "yanez": Hand(
        "facets",
        "a0c0b8 f0d8b8 608878 88986c 283838 fff4e0 e07868 f0c078",
        "b0d0d0 f8e0c0 709890 98a878 304048 fff8e8 f08878 f8d088",
        ("roofs", "still_life", "landscape"),
        Brush(0.013, 3, "level", 0, 0.2, 0.8, 0.015, 2),
        density=1.2,
        shapes=(1.1, 1.3),
        line=0.3,
    ),
    # Orthogonists
    "rozhdal": Hand(
        "planes",
        "98a0a0 d8d0b8 505860 c0b490 181818 f0e8d4 c82820 d8a028",
        "a0a8b0 e0d8c0 404858 d0c098 101010 f4eee0 d81818 181818",
        kind=("diagonal",),
        shapes=(0.78, 1.0),
        relief=0.15,
    ),
    "veldkamp": Hand(
        "planes",
        "88b0d0 f0e4c8 3860a0 e8d8a8 1c1c20 f8f4e8 d03028 f0c020",
        "a0c8e0 f8ecd0 2050b0 f0e4b8 141418 fcf8f0 e02018 f8d000",
        kind=("grid",),
        shapes=(1.0, 1.2),
        relief=0.2,
    ),
    "imbriani": Hand(
        "planes",
        "a8c8b8 f0d8c0 488078 e0b890 283040 fcf0e0 e07050 f0b058",
        "b8d8d0 f8e0c8 389090 f0c8a0 203048 fff8e8 f06848 f8c048",
        kind=("arcs",),
        shapes=(1.0, 0.8),
        relief=0.25,
    ),
    # Campo quieto
    "amaral": Hand(
        "fields",
        "7a3040 d88858 582838 a03828 28101c f8d8a8 e05830 f09838",
        "38182c 903848 281428 581c28 100810 c88868 a02828 c85030",
        kind=("stacks",),
        shapes=(0.78, 0.85),
        relief=0.1,
    ),
    "whitlowe": Hand(
        "fields",
        "88b8c8 d8e0d0 4890b0 c8d0c0 284858 f8f8f0 f0a878 e8d890",
        "a8c8e0 e8ecd8 58a0d0 d8dcc8 305878 fcfcf4 f8b890 f0e8a0",
        kind=("veils",),
        shapes=(1.3, 1.0),
        relief=0.05,
    ),
    "saeki": Hand(
        "fields",
        "6888a8 c8b8a8 384868 b8a890 1c2028 f0e8d8 c84838 d8b058",
        "5898c0 d8c0b0 305890 c8b8a0 141824 f8f0e0 e04838 e8c058",
        kind=("stripes",),
        density=1.1,
        shapes=(1.4, 1.0),
        relief=0.12,
    ),
    # Gesto
    "montclar": Hand(
        "gestures",
        "7890a8 d8d0c0 486080 b8a888 14141a f4f0e4 d04030 e8b038",
        "6888c0 e0d8c8 385098 c8b898 0c0c14 f8f4ec e83828 f8c028",
        kind=("sweeps",),
        density=1.2,
        shapes=(1.25, 0.85),
        relief=0.9,
    ),
    "drummond": Hand(
        "gestures",
        "586068 c0b8a8 484038 a89070 101010 ece4d0 a85838 787878",
        "708088 d0c8b8 584840 b8a080 080808 f4ecd8 c86838 e8d8a0",
        kind=("skeins",),
        density=1.7,
        shapes=(1.4, 1.2),
        relief=0.5,
    ),
    "benoit": Hand(
        "gestures",
        "788088 d8d0c8 585858 c8b8a0 0c0c0e f4f0e8 982820 686868",
        "888890 e0d8d0 484848 d0c0a8 060608 f8f4f0 b82018 505050",
        kind=("bars",),
        density=1.0,
        shapes=(0.8, 1.2),
        relief=0.7,
    ),
    # Mist River school
    "linyun": Hand(
        "ink",
        "b8bcb4 cfc6ae 6e766f 9c947c 1c2120 eee5cc b02a1e 8a8468",
        "a8b4b0 d6cdb6 5c6a68 8c8870 121818 f2ead2 b82218 788068",
        kind=("peaks",),
        density=1.2,
        shapes=(0.62, 0.7),
        relief=0.0,
    ),
    "shenruo": Hand(
        "ink",
        "a8b8c0 d0d0c0 607888 909890 1a2430 ece8d8 b03020 708898",
        "98b0c0 d8d8c8 507090 889890 101c2c f4f0e0 c02818 608098",
        kind=("shore",),
        density=0.9,
        shapes=(1.9, 1.5),
        relief=0.0,
    ),
    "weizhu": Hand(
        "ink",
        "b0b8a0 d0c8a8 708060 989870 1a2018 f0e8c8 b83020 788858",
        "a0b090 d8d0b0 607850 909868 101808 f4ecd0 c82818 688048",
        kind=("bamboo",),
        density=1.0,
        shapes=(0.5, 0.6),
        relief=0.0,
    ),
    # Salt Harbour printmakers
    "penhallow": Hand(
        "woodcut",
        "88b0b8 d8d0b0 3c6870 909060 161c20 f0ead4 c85838 d8a848",
        "78a8c0 e0d8b8 2c6080 989858 0c1418 f4eedc d85030 e8b840",
        ("seascape",),
        Brush(direction="level"),
        shapes=(1.3, 1.2),
        levels=4,
        density=1.0,
    ),
    "grevsen": Hand(
        "woodcut",
        "b8a890 e0c8a0 705848 a07848 1c1410 f4e4c4 b83c28 d89838",
        "c8b098 e8d0a8 785040 b08040 140c08 f8ead0 c83020 e8a028",
        ("roofs", "portrait", "interior"),
        Brush(direction="sweep", slant=0.9),
        shapes=(0.8, 1.2),
        levels=3,
        density=1.3,
    ),
}
