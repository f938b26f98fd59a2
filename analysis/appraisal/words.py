"""What measures, overlays and refusals are called, by the names of ``ml.appraisal``. A test holds the two together."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

GROUPS = {
    "colour": _("Colour"),
    "light": _("Light and dark"),
    "composition": _("Composition"),
    "brushwork": _("Brush-work"),
}
MEASURES = {
    "colourfulness": _("Colourfulness"),
    "saturation": _("Saturation"),
    "saturation_spread": _("Spread of saturation"),
    "temperature": _("Temperature"),
    "warm_share": _("Share of warm colour"),
    "harmony": _("Harmony"),
    "hue_variety": _("Variety of hues"),
    "palette_size": _("Main colours"),
    "lightness": _("Lightness"),
    "key": _("Key"),
    "contrast": _("Contrast"),
    "local_contrast": _("Local contrast"),
    "tonal_range": _("Tonal range"),
    "deep_shadow": _("Deep shadow"),
    "bimodality": _("Two camps of tone"),
    "chiaroscuro": _("Chiaroscuro"),
    "saliency_focus": _("Focus"),
    "thirds": _("Rule of thirds"),
    "golden": _("Golden section"),
    "centrality": _("Centrality"),
    "balance": _("Balance"),
    "weight_right": _("Weight to the right"),
    "weight_low": _("Weight below"),
    "symmetry": _("Symmetry"),
    "horizontals": _("Level lines"),
    "verticals": _("Upright lines"),
    "diagonals": _("Slanting lines"),
    "straightness": _("Straight lines"),
    "perspective": _("Lines to one point"),
    "horizon": _("Horizon"),
    "horizon_height": _("Height of the horizon"),
    "aerial": _("Aerial perspective"),
    "sharp_low": _("Detail below"),
    "figure_ground": _("Motif against ground"),
    "figure_share": _("Size of the motif"),
    "edge_density": _("Outlines"),
    "fractal_dimension": _("Fractal dimension"),
    "compressed_size": _("Intricacy (compressed size)"),
    "tone_entropy": _("Variety of tones"),
    "direction": _("Direction of the marks"),
    "alignment": _("One direction all over"),
    "coherence": _("Coherence of the marks"),
    "direction_variety": _("Variety of directions"),
    "stroke_scale": _("Breadth of the marks"),
    "spectrum_slope": _("Fine detail against form"),
    "spectrum_misfit": _("A scale that stands out"),
}
OVERLAYS = {
    "palette": (_("Main colours"), _("The picture in its main colours only.")),
    "temperature": (_("Warm and cool"), _("Orange where colour is warm, blue where it is cool.")),
    "harmony": (
        _("Harmony"),
        _("Which of the scheme's hues a place has; white where it has none of them, grey where it has hardly colour."),
    ),
    "light": (_("Light and shadow"), _("Deep shadow, middle tones and lights.")),
    "saliency": (_("What draws the eye"), _("Bright where the eye is drawn; the box holds the main motif.")),
    "thirds": (_("Thirds"), _("The lines of thirds, the middle of the main motif, and the crossing nearest to it.")),
    "golden": (
        _("Golden section"),
        _("The golden sections, the middle of the main motif, and the crossing nearest to it."),
    ),
    "figure": (_("Motif and ground"), _("The main motif, the ground darkened.")),
    "balance": (
        _("Balance"),
        _("Bright where weight lies; the mark is the centre of all weight, the cross the picture's middle."),
    ),
    "symmetry": (_("Symmetry"), _("Bright where left and right differ.")),
    "lines": (_("Lines"), _("The dominant straight lines, and the point where they meet.")),
    "horizon": (_("Horizon"), _("The level line that best divides the picture's colours.")),
    "outlines": (_("Outlines"), _("Bright where outlines are dense.")),
    "brushwork": (_("Brush-work"), _("Which way the marks run; longer where they run the same way.")),
}
REASONS = {
    "not_a_picture": _("The file holds no picture that can be measured."),
    "unreadable": _("The picture's file is gone or broken."),
    "too_small": _("The picture is smaller than 16 pixels on one side."),
    "too_narrow": _("The picture is too long a strip to be looked at as a whole."),
    "blank": _(
        "The picture is blank, one tone all over: neither composition, light, lines nor brush-work can be measured."
    ),
}
WARNINGS = {
    "small": _("The picture is small: what depends on fine detail was not measured."),
    "strip": _("The picture is a long strip; measures of composition suppose that one sees it at one glance."),
    "greyscale": _("The picture has no colour: measures of colour were not taken."),
    "toned": _("The picture has one tint all over, as a toned photograph has: its colours are not the work's."),
    "transparent": _("Transparent parts were laid on white."),
    "unlike": _("The picture does not look like the pictures that this site knows: it may be no artwork."),
    "first_frame": _("Of a moving picture the first frame was looked at."),
}
ABSTENTIONS = {
    "no_colour": _("The picture has no colour."),
    "few_lines": _("There are too few straight lines."),
    "no_edges": _("There is hardly an outline."),
    "no_horizon": _("No level line divides the picture."),
    "no_motif": _("No motif stands out."),
    "too_coarse": _("The picture is too small to show brush-work."),
    "no_direction": _("The marks run no way in particular."),
}
ORDERS = {
    "lightness": (_("lightest first"), _("darkest first")),
    "contrast": (_("strongest contrast first"), _("softest contrast first")),
    "chiaroscuro": (_("strongest chiaroscuro first"), _("weakest chiaroscuro first")),
    "saturation": (_("purest colour first"), _("greyest colour first")),
    "colourfulness": (_("most colourful first"), _("least colourful first")),
    "temperature": (_("warmest first"), _("coolest first")),
    "harmony": (_("most harmonious hues first"), _("freest hues first")),
    "balance": (_("best balanced first"), _("most one-sided first")),
    "symmetry": (_("most symmetrical first"), _("least symmetrical first")),
    "diagonals": (_("most slanting lines first"), _("fewest slanting lines first")),
    "edge_density": (_("busiest first"), _("plainest first")),
    "coherence": (_("most even touch first"), _("most broken touch first")),
    "stroke_scale": (_("broadest handling first"), _("finest handling first")),
}
