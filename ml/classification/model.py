"""``Classifier``: what is told of a picture, and when nothing is."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from ml.artefacts import BadArtefact, load_json, load_tensors, save_json, save_tensors
from ml.backbone import Backbone
from ml.backbone import load as load_backbone
from ml.classification.features import SCALES, features_of
from ml.classification.heads import Features, Head, Scaling
from ml.classification.refusing import Familiarity
from ml.images import Pixels, UnreadablePicture, square
from ml.refusals import is_blank, refused_by_shape
from ml.surfaces import Surfaces, surfaces_of

TOP = 5


@dataclass(frozen=True)
class Choice:
    """An answer and its calibrated probability, 0 to 1."""

    answer: str
    probability: float


@dataclass(frozen=True)
class Answer:
    """The likeliest answers of a question, likeliest first."""

    question: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Reading:
    """What is told of a picture. ``abstained`` is "" or why nothing is: ``blank``, ``too_small``, ``too_long``,
    ``unlike_training``; then there are no ``answers``. ``distance``: how far it lies from the pictures learned from over how
    far it may, from 0; above 1 it is unlike them."""

    answers: tuple[Answer, ...]
    abstained: str = ""
    distance: float | None = None


@dataclass(frozen=True)
class Classifier:
    """A trunk, heads on its features, and what they are used to seeing: ``familiarity`` by the features, ``surfaces`` by what
    photographs of artworks have in common, None where too few were seen.

    ``manifest``: what it learned from and how well it does, plain values.
    """

    backbone: Backbone
    scaling: Scaling
    heads: tuple[Head, ...]
    familiarity: Familiarity
    manifest: dict[str, Any]
    scales: tuple[float, ...] = SCALES
    surfaces: Surfaces | None = None

    def read(self, batch: Pixels, *, top: int = TOP) -> list[Reading]:
        """A reading of each of RGB ``uint8 [n, 3, input_px, input_px]``."""
        return self.read_features(features_of(self.backbone, batch, scales=self.scales), batch, top=top)

    def read_features(self, features: Features, batch: Pixels, *, top: int = TOP) -> list[Reading]:
        """The same where the batch's features are at hand."""
        scaled = self.scaling(features)
        shares = self.familiarity.distance(scaled) / self.familiarity.limit
        if self.surfaces is not None:
            shares = np.maximum(shares, self.surfaces.distance(surfaces_of(batch)))
        told = [(head, head.probabilities(scaled), head.ranked(scaled)) for head in self.heads]
        return [
            self.reading(place, float(shares[place]), is_blank(pixels), told, top) for place, pixels in enumerate(batch)
        ]

    def reading(
        self, place: int, share: float, blank: bool, told: Sequence[tuple[Head, Any, Any]], top: int
    ) -> Reading:
        reason = "blank" if blank else "unlike_training" if share > 1 else ""
        if reason:
            return Reading((), reason, share)
        answers = [
            Answer(
                head.name,
                tuple(Choice(head.answers[each], float(shares[place][each])) for each in ranked[place][:top]),
            )
            for head, shares, ranked in told
        ]
        return Reading(tuple(answers), "", share)

    def read_picture(self, picture: Image.Image, *, top: int = TOP) -> Reading:
        """A reading of an open picture; its size is looked at before it is squared."""
        if reason := refused_by_shape(*picture.size):
            return Reading((), reason)
        return self.read(square(picture, self.backbone.input_px)[None], top=top)[0]

    def read_file(self, data: bytes, *, top: int = TOP) -> Reading:
        """A reading of a picture file's bytes. Raises ``ml.images.UnreadablePicture``."""
        try:
            with Image.open(io.BytesIO(data)) as picture:
                return self.read_picture(picture, top=top)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise UnreadablePicture(str(error)) from error

    def save(self, folder: Path) -> None:
        """Write ``backbone/``, ``heads.safetensors`` and ``classifier.json``, which vouches for the tensors."""
        self.backbone.save(folder / "backbone")
        tensors = {"scaling.mean": self.scaling.mean, "scaling.scale": self.scaling.scale}
        known = self.familiarity
        tensors |= {f"familiarity.{name}": getattr(known, name) for name in ("mean", "axes", "deviations")}
        tensors |= self.surfaces.tensors() if self.surfaces else {}
        for head in self.heads:
            tensors |= {f"head.{head.name}.{name}": getattr(head, name) for name in ("weight", "bias", "log_prior")}
        held = {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in tensors.items()}
        digest = save_tensors(held, folder / "heads.safetensors")
        heads = [
            {"name": head.name, "answers": head.answers, "temperature": head.temperature, "strength": head.strength}
            for head in self.heads
        ]
        facts = {"heads": heads, "scales": self.scales, "rest": known.rest, "limit": known.limit, "sha256": digest}
        save_json({**facts, "manifest": self.manifest}, folder / "classifier.json")


def load(folder: Path, *, device: str = "auto") -> Classifier:
    """A saved classifier; ``BadArtefact`` where its files are missing, broken or do not belong together."""
    facts = load_json(folder / "classifier.json")
    try:
        tensors = load_tensors(folder / "heads.safetensors", sha256=str(facts["sha256"]))
        held: dict[str, Features] = {name: value.numpy() for name, value in tensors.items()}
        heads = tuple(
            Head(
                each["name"], tuple(each["answers"]), held[f"head.{each['name']}.weight"],
                held[f"head.{each['name']}.bias"], held[f"head.{each['name']}.log_prior"],
                float(each["temperature"]), float(each["strength"]),
            )
            for each in facts["heads"]
        )  # fmt: skip
        known = Familiarity(
            held["familiarity.mean"], held["familiarity.axes"], held["familiarity.deviations"],
            float(facts["rest"]), float(facts["limit"]),
        )  # fmt: skip
        scaling = Scaling(held["scaling.mean"], held["scaling.scale"])
        backbone = load_backbone(folder / "backbone", device=device)
        manifest, scales, surfaces = dict(facts["manifest"]), tuple(facts["scales"]), Surfaces.from_tensors(held)
        return Classifier(backbone, scaling, heads, known, manifest, scales, surfaces)
    except (KeyError, TypeError) as error:
        raise BadArtefact(f"classifier.json lacks {error}.") from error
