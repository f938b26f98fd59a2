"""What is measured: each name with its group, bounds, unit and source."""

from __future__ import annotations

from dataclasses import dataclass

COLOUR, LIGHT, COMPOSITION, BRUSHWORK = GROUPS = ("colour", "light", "composition", "brushwork")
HOUSE = "defined here"


@dataclass(frozen=True)
class Measure:
    """A measure: its value lies in ``low`` … ``high`` (``unit``), or is absent from an appraisal, with the reason.

    ``source`` cites where the definition is from; ``higher_means`` says in a few words what a high value is. A
    ``circular`` measure is an angle: it has no "more" or "less", no percentile and no plain mean.
    """

    name: str
    group: str
    low: float
    high: float
    unit: str
    source: str
    higher_means: str
    circular: bool = False


ALL = (
    Measure("colourfulness", COLOUR, 0, 298, "points", "Hasler & Süsstrunk 2003", "more vivid and more varied colour"),
    Measure("saturation", COLOUR, 0, 0.33, "OKLab chroma", "Ottosson 2020 (OKLab)", "purer, less grey colour"),
    Measure("saturation_spread", COLOUR, 0, 0.17, "OKLab chroma", "Ottosson 2020 (OKLab)", "pure beside grey colour"),
    Measure("temperature", COLOUR, -1, 1, "share", f"after Itten 1961; {HOUSE}", "warmer colour"),
    Measure("warm_share", COLOUR, 0, 1, "share", f"after Itten 1961; {HOUSE}", "more of the coloured area is warm"),
    Measure("harmony", COLOUR, 0, 1, "share", "Matsuda 1995; Cohen-Or et al. 2006", "hues nearer to one hue template"),
    Measure("hue_variety", COLOUR, 0, 1, "share", "entropy of hue; after Ke, Tang & Jing 2006", "more different hues"),
    Measure("palette_size", COLOUR, 1, 8, "colours", HOUSE, "more distinguishable main colours"),
    Measure("lightness", LIGHT, 0, 1, "OKLab lightness", "Ottosson 2020 (OKLab)", "lighter"),
    Measure("key", LIGHT, -1, 1, "share", HOUSE, "light tones outweigh dark ones (high key)"),
    Measure(
        "contrast", LIGHT, 0, 0.5, "OKLab lightness", "RMS contrast, Peli 1990", "lights and darks lie further apart"
    ),
    Measure("local_contrast", LIGHT, 0, 0.5, "OKLab lightness", "after Peli 1990", "neighbouring tones differ more"),
    Measure("tonal_range", LIGHT, 0, 1, "OKLab lightness", HOUSE, "a wider span from dark to light"),
    Measure("deep_shadow", LIGHT, 0, 1, "share", HOUSE, "more of the picture lies in deep shadow"),
    Measure("bimodality", LIGHT, 0, 1, "share", "Otsu 1979", "tones fall into two camps"),
    Measure("chiaroscuro", LIGHT, 0, 1, "OKLab lightness", HOUSE, "bright lights out of much deep shadow"),
    Measure(
        "saliency_focus", COMPOSITION, 0, 1, "share", "Hou & Zhang 2007; Achanta et al. 2009", "one place draws the eye"
    ),
    Measure(
        "thirds",
        COMPOSITION,
        0,
        1,
        "share",
        "Datta et al. 2006; Mai et al. 2011",
        "main motif nearer to a thirds point",
    ),
    Measure(
        "golden",
        COMPOSITION,
        0,
        1,
        "share",
        "golden section, measured as thirds are",
        "main motif nearer to a golden-section point",
    ),
    Measure("centrality", COMPOSITION, 0, 1, "share", HOUSE, "main motif nearer to the centre"),
    Measure(
        "balance",
        COMPOSITION,
        0,
        1,
        "share",
        "Arnheim 1954; Wilson & Chatterjee 2005",
        "visual weight nearer to the centre",
    ),
    Measure("weight_right", COMPOSITION, -1, 1, "half widths", "Arnheim 1954", "visual weight lies to the right"),
    Measure("weight_low", COMPOSITION, -1, 1, "half heights", "Arnheim 1954", "visual weight lies low"),
    Measure("symmetry", COMPOSITION, -1, 1, "correlation", "after Bauerly & Liu 2006", "left mirrors right"),
    Measure(
        "horizontals", COMPOSITION, 0, 1, "share", "edge orientation; Redies et al. 2017", "more of the edges lie flat"
    ),
    Measure(
        "verticals",
        COMPOSITION,
        0,
        1,
        "share",
        "edge orientation; Redies et al. 2017",
        "more of the edges stand upright",
    ),
    Measure("diagonals", COMPOSITION, 0, 1, "share", "edge orientation; Redies et al. 2017", "more of the edges slant"),
    Measure(
        "straightness",
        COMPOSITION,
        0,
        1,
        "share",
        "Hough 1962; Duda & Hart 1972",
        "more of the edges lie on straight lines",
    ),
    Measure("perspective", COMPOSITION, 0, 1, "share", "after Barnard 1983", "straight lines meet in one point"),
    Measure(
        "horizon",
        COMPOSITION,
        0,
        1,
        "share",
        f"after Otsu 1979; {HOUSE}",
        "one level line divides the picture's colours",
    ),
    Measure("horizon_height", COMPOSITION, 0, 1, "heights", HOUSE, "that line lies higher"),
    Measure(
        "aerial", COMPOSITION, -1, 1, "correlation", f"Leonardo's rules; {HOUSE}", "paler, softer and bluer upwards"
    ),
    Measure("sharp_low", COMPOSITION, -1, 1, "share", HOUSE, "fine detail lies low rather than high"),
    Measure(
        "figure_ground",
        COMPOSITION,
        0,
        1,
        "share",
        "Fisher 1936; Hanley & McNeil 1982",
        "motif and ground differ in colour",
    ),
    Measure("figure_share", COMPOSITION, 0, 1, "share", "Otsu 1979", "the main motif takes more of the picture"),
    Measure("edge_density", COMPOSITION, 0, 1, "share", "after Machado et al. 2015", "more outlines"),
    Measure(
        "fractal_dimension",
        COMPOSITION,
        0,
        2,
        "dimension",
        "box counting; Taylor et al. 1999",
        "outlines fill the plane",
    ),
    Measure(
        "compressed_size", COMPOSITION, 0, 24, "bit per pixel", "JPEG; Forsythe et al. 2011", "less can be foretold"
    ),
    Measure("tone_entropy", COMPOSITION, 0, 8, "bit", "Shannon 1948", "more different tones"),
    Measure(
        "direction",
        BRUSHWORK,
        0,
        180,
        "degrees",
        "Bigün & Granlund 1987",
        "counter-clockwise from level",
        circular=True,
    ),
    Measure("alignment", BRUSHWORK, 0, 1, "share", "Bigün & Granlund 1987", "marks run the same way all over"),
    Measure(
        "coherence",
        BRUSHWORK,
        0,
        1,
        "share",
        "Bigün & Granlund 1987; Jähne 1993",
        "marks run the same way side by side",
    ),
    Measure(
        "direction_variety",
        BRUSHWORK,
        0,
        1,
        "share",
        "entropy of orientation; Redies et al. 2017",
        "marks run all ways",
    ),
    Measure("stroke_scale", BRUSHWORK, 0.5, 8.4, "% of the long edge", HOUSE, "broader marks and forms"),
    Measure(
        "spectrum_slope", BRUSHWORK, -6, 2, "log/log", "Graham & Field 2007", "more fine detail against coarse form"
    ),
    Measure("spectrum_misfit", BRUSHWORK, 0, 2, "log10 power", "Graham & Field 2007", "some scale stands out"),
)
MEASURES: dict[str, Measure] = {measure.name: measure for measure in ALL}
