"""``Attributor``: what the rest of the house knows of hands. Loaded from a folder, asked about one picture at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch

from ml.artefacts import BadArtefact, load_json, load_tensors, save_json, save_tensors
from ml.attribution.calibrating import disagreement
from ml.attribution.heads import Head
from ml.attribution.judging import MEASURED, Bench, points_of
from ml.attribution.opinion import Candidate, Opinion, PartName, PartOpinion, Verification, strength_of
from ml.attribution.projecting import Basis, Floats
from ml.attribution.trust import Trust
from ml.attribution.typicality import Typicality
from ml.attribution.views import GRIDS, Looks, as_square, boxes, halved, look, refusal, side_px, windows
from ml.backbone import Backbone
from ml.backbone import load as load_backbone
from ml.images import Pixels
from ml.surfaces import Surfaces

HEAT_GRID = 8
SHOWN_IN_PARTS = 3
MODEL, TENSORS, EYES = "attribution.json", "hands.safetensors", "backbone"


@dataclass(frozen=True)
class Attributor:
    """Knows ``artists``; ``strangest`` is how strange a picture may look before nothing is said of it; ``surfaces``: what
    photographs of artworks have in common, None where too few were seen; ``typicality``: how far his own works lie from
    each artist's works."""

    backbone: Backbone
    bases: dict[PartName, Basis]
    bench: Bench
    trust: Trust
    strangest: float
    surfaces: Surfaces | None = None
    typicality: Typicality = field(default_factory=lambda: Typicality({}))

    @property
    def artists(self) -> tuple[str, ...]:
        """The hands that can be named, sorted. A qualifier that was trained as a hand of its own is ``NAME|qualifier``."""
        return self.bench.hands

    @property
    def input_px(self) -> int:
        """The side of the squares that ``hand`` takes."""
        return side_px(self.backbone)

    def opine(self, pixels: npt.NDArray[np.uint8]) -> Opinion:
        """An opinion on ``uint8 [h, w, 3]`` RGB of any size; it abstains rather than raises."""
        if reason := refusal(pixels):
            return abstention(reason)
        if self.surfaces and self.surfaces.is_unlike(halved(as_square(pixels, self.input_px)[None])[0]):
            return abstention("unlike_training")
        looks = self.see(pixels)
        strange = self.bases["whole"].strangeness(looks.parts["whole"][:, 0])
        if strange[0] > self.strangest:
            return abstention("unlike_training")
        points = points_of(looks, self.bases)
        closed = self.trust.closed(self.bench.judged(points))
        unknown = float(self.trust.unknown(closed, self.bench.nearness(points), strange)[0])
        parts = self.parts_of(points)
        ranked = candidates(self.artists, closed[0] * (1 - unknown), len(self.artists))
        strength = strength_of(max(unknown, ranked[0].probability))
        share, count = self.trust.share_right(strength)
        return Opinion(ranked, unknown, parts, self.disagreement(points), strength, share, count)

    def see(self, pixels: npt.NDArray[np.uint8]) -> Looks:
        return look(self.backbone, as_square(pixels, self.input_px)[None])

    def parts_of(self, points: dict[PartName, Floats]) -> tuple[PartOpinion, ...]:
        """Every part's own ranking of the known hands: which of them it favours. A stranger is told by the whole alone."""
        found = []
        for kind, head in self.bench.heads.items():
            for box, chances in zip(boxes(kind), np.exp(head(points[kind][0])), strict=True):
                found.append(PartOpinion(kind, box, candidates(self.artists, chances, SHOWN_IN_PARTS), 0.0))
        return tuple(found)

    def disagreement(self, points: dict[PartName, Floats]) -> float:
        """Of the whole and the details; single patches say too little to count as voices."""
        voices = [np.exp(self.bench.heads[kind](points[kind][0])) for kind in ("whole", "detail") if kind in points]
        return disagreement(np.concatenate(voices).astype(np.float64))

    def chances(self, pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
        """Open-set probabilities of all ``artists`` of one picture; what is missing to 1 is "none of those"."""
        return self.chances_of(self.see(pixels))

    def chances_of(self, looks: Looks) -> npt.NDArray[np.float64]:
        """The same of the first picture of ``looks``."""
        closed, unknown = self.answers(looks)
        return np.asarray(closed[0] * (1 - unknown[0]))

    def answers(self, looks: Looks) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Of ``n`` pictures looked at: probabilities among the known hands ``[n, hands]``, and of "none of those" ``[n]``."""
        points = points_of(looks, self.bases)
        closed = self.trust.closed(self.bench.judged(points))
        strange = self.bases["whole"].strangeness(looks.parts["whole"][:, 0])
        return closed, self.trust.unknown(closed, self.bench.nearness(points), strange)

    def verify(self, pixels: npt.NDArray[np.uint8], artist: str) -> Verification:
        """ "Is this by X?" of ``uint8 [h, w, 3]``. Raises ``KeyError`` for an artist that is not known, ``ValueError`` with the
        reason for a picture of which nothing can be said."""
        place = self.place(artist)
        if reason := refusal(pixels):
            raise ValueError(reason)
        question = self.trust.by_hand.get(artist, self.trust.question)
        looks = self.see(pixels)
        ratio = float(question.ratio(self.chances_of(looks)[place]))
        return Verification(
            artist,
            ratio,
            question.threshold,
            question.false_accept,
            question.false_reject,
            ratio >= question.threshold,
            question.trials,
            self.typical_of(looks, artist),
        )

    def typical_of(self, looks: Looks, artist: str) -> float | None:
        """How like the artist's own works the first picture of ``looks`` is; None where he has too few to say."""
        if artist not in self.typicality.own:
            return None
        farness = self.bench.farness(points_of(looks, self.bases))[0, self.place(artist)]
        return self.typicality.of(artist, float(farness))

    def heat_map(self, pixels: npt.NDArray[np.uint8], artist: str) -> Floats:
        """Where ``uint8 [h, w, 3]`` speaks for (to +1) and against (to -1) an artist: ``float32 [8, 8]``, rows from the top.

        The patches' judge on finer windows: the artist's log-odds, squeezed by ``tanh``. Raises ``KeyError``.
        """
        place = self.place(artist)
        maps = self.backbone.maps(as_square(pixels, self.input_px)[None])
        words = self.bench.heads["patch"](self.bases["patch"](windows(maps, HEAT_GRID)))[0].astype(np.float64)
        chance = np.exp(words[:, place]).clip(1e-6, 1 - 1e-6)
        even = np.log(1 / max(1, len(self.artists) - 1))
        return np.asarray(np.tanh((np.log(chance / (1 - chance)) - even) / 4).reshape(HEAT_GRID, HEAT_GRID), np.float32)

    def place(self, artist: str) -> int:
        if artist not in self.artists:
            raise KeyError(artist)
        return self.artists.index(artist)

    def hand(self, batch: Pixels) -> Floats:
        """Unit vectors ``float32 [n, kept]`` of squares ``uint8 [n, 3, input_px, input_px]``: works of one hand lie close."""
        return self.hand_of(look(self.backbone, batch))

    def hand_of(self, looks: Looks) -> Floats:
        return self.bench.heads["whole"].place(self.bases["whole"](looks.parts["whole"][:, 0]))

    def save(self, folder: Path) -> None:
        """Write ``hands.safetensors``, ``attribution.json`` and the network that sees, complete or not at all."""
        tensors: dict[str, Any] = {"centres": self.bench.centres} | (self.surfaces.tensors() if self.surfaces else {})
        for kind, head in self.bench.heads.items():
            tensors |= {f"{kind}.basis.{name}": value for name, value in vars(self.bases[kind]).items()}
            tensors |= {f"{kind}.head.{name}": getattr(head, name) for name in ("axes", "weights", "bias")}
        tensors |= {f"{kind}.middles": middles for kind, middles in self.bench.middles.items()}
        digest = save_tensors(
            {name: torch.from_numpy(np.array(value)) for name, value in tensors.items()}, folder / TENSORS
        )
        self.backbone.save(folder / EYES)
        facts = {
            "hands": list(self.artists),
            "trust": self.trust.as_json(),
            "own_farness": self.typicality.own,
            "strangest": self.strangest,
            "sha256": digest,
        }
        save_json(facts, folder / MODEL)


def load(folder: Path, *, device: str = "auto") -> Attributor:
    """A saved model. Raises ``ml.artefacts.BadArtefact`` where its files are missing or broken."""
    facts = load_json(folder / MODEL)
    tensors = {
        name: value.numpy() for name, value in load_tensors(folder / TENSORS, sha256=str(facts["sha256"])).items()
    }
    try:
        hands, bases, heads = tuple(facts["hands"]), {}, {}
        for kind in GRIDS:
            bases[kind] = Basis(*(tensors[f"{kind}.basis.{name}"] for name in ("mean", "deviation", "axes")))
            heads[kind] = Head(hands, *(tensors[f"{kind}.head.{name}"] for name in ("axes", "weights", "bias")))
        middles = {kind: tensors[name] for kind in MEASURED if (name := f"{kind}.middles") in tensors}
        bench = Bench(hands, heads, tensors["centres"], middles)
        trust = Trust.from_json(facts["trust"])
        # Models from before these were measured have none.
        typicality = Typicality({hand: tuple(found) for hand, found in facts.get("own_farness", {}).items()})
    except (KeyError, TypeError) as error:
        raise BadArtefact(f"{folder / MODEL} is not a model of hands: {error}") from error
    seeing, strangest = load_backbone(folder / EYES, device=device), float(facts["strangest"])
    return Attributor(seeing, bases, bench, trust, strangest, Surfaces.from_tensors(tensors), typicality)


def candidates(artists: tuple[str, ...], chances: npt.NDArray[Any], most: int) -> tuple[Candidate, ...]:
    """The likeliest first, at most ``most``."""
    order = np.argsort(-chances)[:most]
    return tuple(Candidate(artists[place], float(chances[place])) for place in cast("list[int]", order.tolist()))


def abstention(reason: str) -> Opinion:
    return Opinion((), 0.0, (), 0.0, "weak", None, 0, reason)
