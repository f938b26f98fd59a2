"""From pictures with names to a model of hands, its figures, and what it was compared with."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.artefacts import save_json
from ml.attribution.crossfitting import Lesson, hold_out
from ml.attribution.followers import told_from_masters
from ml.attribution.forging import Imitation, imitated
from ml.attribution.gathering import Gathered, TrainingPicture, gather, perturbed
from ml.attribution.model import Attributor
from ml.attribution.reporting import card_of, control_by_colours, measured
from ml.attribution.settings import CODE_VERSION, Settings
from ml.attribution.trust import learn_trust
from ml.attribution.typicality import learn_typicality
from ml.attribution.unmasking import unmasked
from ml.attribution.views import Looks
from ml.backbone import Backbone
from ml.nonartworks import in_words, refused
from ml.reporter import Reporter
from ml.surfaces import fit_surfaces

STRANGEST_QUANTILE = 0.995
STRANGEST_MARGIN = 1.1


class TooFewPictures(ValueError):
    """There is not enough to tell hands apart; the message says what is missing."""


@dataclass(frozen=True)
class Trained:
    """The model, its figures on held-out works, and the parts of its card."""

    attributor: Attributor
    figures: dict[str, Any]
    card: dict[str, Any]

    def save(self, folder: Path) -> None:
        self.attributor.save(folder)
        save_json({"figures": self.figures, "card": self.card}, folder / "figures.json")


@dataclass(frozen=True)
class Material:
    """All that was looked at. ``copies`` are perturbed pictures, ``copied`` the places of their originals; ``forged`` are
    imitations."""

    pictures: list[TrainingPicture]
    seen: Gathered
    copies: Gathered
    copied: npt.NDArray[np.int64]
    forged: Gathered
    forgeries: list[Imitation]

    def without(self, way: str) -> Material:
        """The same without the imitations that were made that way."""
        kept = [at for at, forged in enumerate(self.forgeries) if forged.way != way]
        forged = self.forged.at(np.array(kept, np.int64))
        return replace(self, forged=forged, forgeries=[self.forgeries[at] for at in kept])

    def only(self, places: npt.NDArray[np.int64]) -> Material:
        """The pictures at ``places``, what was made of them alone, and no imitation of another's work."""
        chosen = {int(place): order for order, place in enumerate(places)}
        keys = {self.pictures[place].key for place in chosen}
        own_copies = np.array([at for at, place in enumerate(self.copied) if int(place) in chosen], np.int64)
        own_forged = [at for at, forged in enumerate(self.forgeries) if forged.work in keys]
        return Material(
            [self.pictures[place] for place in chosen],
            self.seen.at(places),
            self.copies.at(own_copies),
            np.array([chosen[int(self.copied[at])] for at in own_copies], np.int64),
            self.forged.at(np.array(own_forged, np.int64)),
            [self.forgeries[at] for at in own_forged],
        )


def train(
    pictures: Sequence[TrainingPicture],
    backbone: Backbone,
    reporter: Reporter,
    *,
    checkpoint: Path | None = None,
    settings: Settings | None = None,
) -> Trained:
    """Learn the hands that have ``settings.min_works`` works or more; the others teach what a stranger looks like.

    Figures and calibration are from cross-fitting: each work was judged by models that had not seen it. Raises
    ``TooFewPictures`` where fewer than two hands have enough works, and ``ml.reporter.Cancelled``.
    """
    settings = settings or Settings()
    pictures = at_most(pictures, settings)
    known_hands(pictures, settings)
    material = look_at(pictures, backbone, reporter, checkpoint=checkpoint, settings=settings)
    return with_non_artworks(learn(material, backbone, reporter, settings=settings))


def with_non_artworks(trained: Trained) -> Trained:
    """The same with the share of constructed non-artworks of which nothing is said, by kind, among figures and limits."""
    shares = refused(lambda pixels: bool(trained.attributor.opine(pixels).abstained))
    limits = [*trained.card["limits"], in_words(shares)]
    return replace(
        trained, figures=trained.figures | {"non_artworks_refused": shares}, card=trained.card | {"limits": limits}
    )


def look_at(
    pictures: Sequence[TrainingPicture],
    backbone: Backbone,
    reporter: Reporter,
    *,
    checkpoint: Path | None,
    settings: Settings,
) -> Material:
    """See every usable picture, some of them changed, and imitations of the known hands."""
    seen = gather(pictures, backbone, reporter, checkpoint=checkpoint, phase="looking at pictures")
    used = [pictures[place] for place in seen.places]
    pairs = perturbed(used, settings)
    forgeries = imitated(used, known_hands(used, settings), settings, device=backbone.plan.device)
    copies = gather([copy for _at, copy in pairs], backbone, reporter, checkpoint=checkpoint, phase="looking at copies")
    forged = gather(forgeries, backbone, reporter, checkpoint=checkpoint, phase="looking at imitations")
    copied = np.array([pairs[place][0] for place in copies.places], np.int64)
    return Material(used, seen, copies, copied, forged, [forgeries[place] for place in forged.places])


def learn(
    material: Material, backbone: Backbone, reporter: Reporter, *, settings: Settings, controls: bool = True
) -> Trained:
    """A model of what was seen, with figures from works held out of it. Raises ``TooFewPictures``.

    ``controls``: measure as well what a judge is worth who knows colours alone.
    """
    used = material.pictures
    known = known_hands(used, settings)
    lesson = lesson_of(material)
    held = hold_out(lesson, known=known, settings=settings, reporter=reporter)
    trust, closed, opened = learn_trust(held)
    typicality = learn_typicality(held)
    bases, bench = lesson.fit(np.arange(len(used)), known, settings)
    strangest = float(np.quantile(held.strangeness, STRANGEST_QUANTILE) * STRANGEST_MARGIN)
    figures = measured(held, closed, opened, lesson.imitations, trust)
    figures |= unmasked(held, opened, used, material.forgeries)
    if followers := told_from_masters(held, opened, used, typicality):
        figures["followers"] = followers
    plain = control_by_colours(lesson, colours_of(material), held, known, settings, reporter) if controls else []
    facts = facts_of(used, known, material.seen.unusable, settings, backbone)
    surfaces = fit_surfaces(material.seen.surfaces, also=material.copies.surfaces)
    attributor = Attributor(backbone, bases, bench, trust, min(strangest, 1.0), surfaces, typicality)
    return Trained(attributor, figures | facts, card_of(held, closed, figures, plain, used, facts))


def at_most(pictures: Sequence[TrainingPicture], settings: Settings) -> list[TrainingPicture]:
    """At most ``most_of_one_hand`` pictures of a hand, chosen by the seed, in the given order."""
    by_hand: dict[str, list[int]] = defaultdict(list)
    for place in np.random.default_rng(settings.seed).permutation(len(pictures)):
        by_hand[pictures[place].hand].append(int(place))
    kept = {place for places in by_hand.values() for place in places[: settings.most_of_one_hand]}
    return [picture for place, picture in enumerate(pictures) if place in kept]


def known_hands(pictures: Sequence[TrainingPicture], settings: Settings) -> list[str]:
    """Hands with enough different works, sorted. Raises ``TooFewPictures`` for fewer than two."""
    works = Counter(hand for hand, _group in {(picture.hand, picture.group) for picture in pictures if picture.artist})
    known = sorted(hand for hand, count in works.items() if count >= settings.min_works)
    if len(known) < 2:
        raise TooFewPictures(
            f"Two artists with {settings.min_works} works or more are needed; {len(known)} of {len(works)} have as many."
        )
    return known


def lesson_of(material: Material) -> Lesson:
    everything = [*material.pictures, *material.forgeries]
    return Lesson(
        material.seen.looks.followed_by(material.forged.looks),
        [picture.hand or f"?{picture.key}" for picture in everything],
        [picture.group for picture in everything],
        np.arange(len(material.pictures), len(everything)),
        material.copies.looks,
        material.copied,
    )


def colours_of(material: Material) -> Looks:
    """What a judge sees who knows colours alone."""
    return Looks({"whole": np.concatenate([material.seen.colours, material.forged.colours])[:, None]})


def facts_of(
    used: Sequence[TrainingPicture], known: Sequence[str], unusable: int, settings: Settings, backbone: Backbone
) -> dict[str, Any]:
    """What the model was made of: counts, settings, the network, and a fingerprint of the data."""
    told = "\n".join(sorted(f"{picture.key}\t{picture.hand}\t{picture.group}" for picture in used))
    return {
        "pictures": len(used),
        "hands": len(known),
        "pictures_of_known_hands": sum(picture.hand in set(known) for picture in used),
        "unusable": unusable,
        "settings": asdict(settings),
        "network": {"name": backbone.name, "source": backbone.provenance.source, "origin": backbone.provenance.origin},
        "data_fingerprint": sha256(told.encode()).hexdigest(),
        "code_version": CODE_VERSION,
    }
