"""What a model's card says: on what it learned, how it is judged, and where it fails. Names no private selection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from analysis.generation.models import TrainingRun
from analysis.generation.showing import SENSES, SHOWN, judged, row_names

if TYPE_CHECKING:
    from ml.gan.pictures import TrainingPictures


def card_of(run: TrainingRun, pictures: TrainingPictures, figures: Mapping[str, Any]) -> dict[str, Any]:
    """The card's JSON (``docs/model-cards.md``)."""
    rows = {row["name"]: row["figures"] for row in judged(figures)}
    names = row_names()
    own = rows.get("model", {})
    return {
        "purpose": _("Makes new pictures in the manner of the works that it learned from; people breed them on."),
        "data": {
            "works": len(pictures.names),
            "left_out": len(pictures.skipped),
            "side_px": run.side_px,
            "notes": list(pictures.notes),
        },
        "split": _(
            "Of sixty works or more a fifth is kept aside, by their names: the model never learns from them, and every figure"
            " stands beside what they score."
        ),
        "figures": {name: own[name] for name in (*SHOWN, *SENSES) if name in own},
        "controls": [
            {"name": names[name], **{key: rows[name].get(key) for key in (*SHOWN, *SENSES)}}
            for name in names
            if name in rows
        ][1:],
        "telling_copies": figures.get("telling_copies", {}),
        "training": {
            key: figures[key]
            for key in ("steps", "pictures_seen", "warnings", "judging_warnings", "stopped_early")
            if key in figures
        },
        "limits": limits(bool(rows)),
    }


def limits(is_judged: bool) -> list[str]:
    said = [
        _("KID and FID reward copies: compare them with the row of copies, and read originality beside them."),
        _("A copy is told line by line: a picture that takes only a motif or a palette from a work is not marked."),
        _("Small models paint colours, light and rough forms better than faces, hands or writing."),
    ]
    if not is_judged:
        said.insert(0, _("Too few works were there to keep some aside: the model was not judged."))
    return said
