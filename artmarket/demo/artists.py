"""Who the invented artists are: movement, life, land, and how famous the market holds them to be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Painter:
    """An invented artist. ``fame`` is the truth: its effect on log price. ``media``: (medium, text, support)."""

    hand: str
    name: str
    movement: str
    nationality: str
    born: int
    died: int | None
    fame: float
    media: tuple[tuple[str, str, str], ...]


OIL_CANVAS = ("oil", "oil on canvas", "canvas")
OIL_PANEL = ("oil", "oil on panel", "panel")
ACRYLIC = ("acrylic", "acrylic on canvas", "canvas")
INK = ("ink", "ink on paper", "paper")
WOODCUT = ("print", "woodcut on paper", "paper")
VARN, HALDEN, VIBRIST, FLAME = "School of Varn", "Halden plein air", "Vibrism", "Northern Flame"
PRISM, ORTHO, CAMPO, GESTO = "Prismatism", "Orthogonism", "Campo quieto", "Gesto"
MIST, SALT = "Mist River school", "Salt Harbour prints"

PAINTERS = (
    Painter("mireveld", "Joost van Mireveld", VARN, "Varnish", 1612, 1671, 1.6, (OIL_PANEL, OIL_CANVAS)),
    Painter("orloy", "Margareta Orloy", VARN, "Varnish", 1628, 1690, 0.7, (OIL_PANEL,)),
    Painter("vasques", "Baltasar Vásques Teive", VARN, "Lusarian", 1641, 1702, 1.0, (OIL_CANVAS,)),
    Painter("lindqvaer", "Sigrid Lindqvaer", HALDEN, "Haldish", 1846, 1919, 1.9, (OIL_CANVAS,)),
    Painter("aubrac", "Étienne Aubrac-Delorme", HALDEN, "Orvalian", 1851, 1924, 1.2, (OIL_CANVAS, OIL_PANEL)),
    Painter("sorolha", "Inácia Sorolha", HALDEN, "Lusarian", 1860, 1933, 0.9, (OIL_CANVAS,)),
    Painter("thornaby", "Edmund Thornaby", HALDEN, "Albish", 1857, 1929, -0.1, (OIL_CANVAS, OIL_PANEL)),
    Painter("perrancourt", "Colette Perrancourt", VIBRIST, "Orvalian", 1866, 1938, 1.3, (OIL_CANVAS,)),
    Painter("quintela", "Rui Quintela", VIBRIST, "Lusarian", 1871, 1940, 0.2, (OIL_CANVAS,)),
    Painter("hoegh", "Anders Høegh", VIBRIST, "Haldish", 1869, 1945, -0.3, (OIL_CANVAS, OIL_PANEL)),
    Painter("karvonen", "Aino Karvonen", FLAME, "Haldish", 1880, 1944, 1.5, (OIL_CANVAS,)),
    Painter("brandsma", "Wiebe Brandsma", FLAME, "Varnish", 1884, 1951, 0.4, (OIL_CANVAS,)),
    Painter("tveitane", "Olaug Tveitane", FLAME, "Haldish", 1889, 1962, -0.2, (OIL_CANVAS,)),
    Painter("delaroque", "Hippolyte Delaroque", PRISM, "Orvalian", 1881, 1955, 1.7, (OIL_CANVAS,)),
    Painter("szarvady", "Ilka Szarvady", PRISM, "Pannish", 1888, 1960, 0.6, (OIL_CANVAS,)),
    Painter("yanez", "Tomás Yánez Ferreiro", PRISM, "Lusarian", 1886, 1948, 0.1, (OIL_CANVAS, OIL_PANEL)),
    Painter("rozhdal", "Vera Rozhdal", ORTHO, "Sarmian", 1891, 1967, 1.1, (OIL_CANVAS,)),
    Painter("veldkamp", "Cor Veldkamp", ORTHO, "Varnish", 1895, 1971, 0.8, (OIL_CANVAS,)),
    Painter("imbriani", "Ottavia Imbriani", ORTHO, "Ausonian", 1902, 1980, -0.4, (OIL_CANVAS, ACRYLIC)),
    Painter("amaral", "Leonor Amaral Pinho", CAMPO, "Lusarian", 1919, 1998, 1.4, (OIL_CANVAS, ACRYLIC)),
    Painter("whitlowe", "Harriet Whitlowe", CAMPO, "Albish", 1924, 2003, 0.5, (ACRYLIC,)),
    Painter("saeki", "Saeki Harunobu", CAMPO, "Yamatese", 1928, 2009, 0.3, (ACRYLIC, OIL_CANVAS)),
    Painter("montclar", "Rémy Montclar", GESTO, "Orvalian", 1921, 1989, 1.0, (OIL_CANVAS,)),
    Painter("drummond", "Iona Drummond-Vale", GESTO, "Albish", 1930, 2015, 0.6, (ACRYLIC, OIL_CANVAS)),
    Painter("benoit", "Ludivine Benoît-Sarr", GESTO, "Orvalian", 1944, None, -0.1, (ACRYLIC,)),
    Painter("linyun", "林雲崖 Lin Yunya", MIST, "Haixian", 1788, 1862, 1.3, (INK,)),
    Painter("shenruo", "沈若溪 Shen Ruoxi", MIST, "Haixian", 1834, 1901, 0.7, (INK,)),
    Painter("weizhu", "魏竹庭 Wei Zhuting", MIST, "Haixian", 1902, 1979, 0.0, (INK,)),
    Painter("penhallow", "Morwenna Penhallow", SALT, "Albish", 1898, 1974, -0.5, (WOODCUT,)),
    Painter("grevsen", "Niels Grevsen", SALT, "Haldish", 1905, 1988, -0.8, (WOODCUT,)),
)
