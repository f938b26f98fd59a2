"""What the atelier paints: each work's subject, year, size, title and the order to the painter. Pure, from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from artmarket.core.attribution import Attribution
from artmarket.demo.artists import PAINTERS, Painter
from artmarket.demo.atelier.hands import HANDS
from artmarket.demo.atelier.painter import Order

OWN_SHARE = 0.9
WORKING_FROM, SHORTEST_CAREER, LONGEST_CAREER = 22, 25, 48
LAST_YEAR = 2003
TITLES = {
    "landscape": ("Road below {place}", "Morning at {place}", "The meadow of {place}", "Edge of the wood, {place}"),
    "seascape": ("Boats off {place}", "Harbour of {place}", "Red sail before {place}", "Calm at {place}"),
    "roofs": ("Roofs of {place}", "Market quarter, {place}", "{place} from the hill"),
    "nocturne": ("Moonrise over {place}", "Night water, {place}", "Lamps at {place}"),
    "still_life": ("Still life with white jug", "Apples and bottle", "Table by the window", "Copper and fruit"),
    "portrait": ("Portrait of a neighbour", "Woman in a hat", "The ferryman", "Young man of {place}"),
    "interior": ("Interior with blue curtain", "The quiet room", "Window at {place}"),
    "": ("Composition no. {number}", "Untitled ({number})", "Number {number}", "Measure {number}"),
}
PLACES = (
    "Halden",
    "Varn",
    "Port Ysolde",
    "Marisco",
    "Tarn Bridge",
    "Ostermoor",
    "Vila Clara",
    "Skerry",
    "青石渡",
    "Orval",
)
PROVENANCE = (
    "Private collection, {place}",
    "Acquired from the artist, {place}",
    "By descent in a family of {place}",
    "",
)
COPIED = (
    (Attribution.FOLLOWER_OF, 0.5),
    (Attribution.MANNER_OF, 0.7),
    (Attribution.STUDIO_OF, 0.25),
    (Attribution.CIRCLE_OF, 0.4),
    (Attribution.AFTER, 1.0),
    (Attribution.COPY_AFTER, 0.9),
)


@dataclass(frozen=True)
class WorkPlan:
    """One work to be: what the record says, and the order to the painter."""

    number: int
    painter: Painter
    attribution: Attribution
    title: str
    subject: str
    year: int
    is_circa: bool
    medium: tuple[str, str, str]
    height_cm: float
    width_cm: float
    is_signed: bool
    provenance: str
    order: Order

    @property
    def inventory_number(self) -> str:
        return f"DEMO-{self.number:04d}"


def plan_works(count: int, seed: int) -> list[WorkPlan]:
    """``count`` works: nine in ten by the artists themselves, the rest by followers and copyists."""
    own = max(len(PAINTERS), round(count * OWN_SHARE)) if count >= len(PAINTERS) else count
    plans = [plan_own(number, PAINTERS[number % len(PAINTERS)], seed) for number in range(own)]
    return plans + [plan_copy(number, plans, seed) for number in range(own, count)]


def plan_own(number: int, painter: Painter, seed: int) -> WorkPlan:
    """A work by the artist's own hand."""
    rng = np.random.default_rng([seed, number])
    hand = HANDS[painter.hand]
    age = float(rng.uniform(0, 1))
    subject = str(rng.choice(hand.subjects)) if hand.subjects else ""
    shape = float(rng.choice(hand.shapes))
    height, width = sides(rng, shape, painter)
    return WorkPlan(
        number=number,
        painter=painter,
        attribution=Attribution.BY,
        title=title_of(rng, subject, number),
        subject=subject,
        year=year_of(painter, age),
        is_circa=bool(rng.random() < 0.2),
        medium=painter.media[int(rng.integers(len(painter.media)))],
        height_cm=height,
        width_cm=width,
        is_signed=bool(rng.random() < 0.75),
        provenance=str(rng.choice(PROVENANCE)).format(place=rng.choice(PLACES)),
        order=Order(
            painter.hand, subject, age, shape, scene_seed=seed * 10007 + number, hand_seed=seed * 20011 + number
        ),
    )


def plan_copy(number: int, own: Sequence[WorkPlan], seed: int) -> WorkPlan:
    """A work by another hand: a copy keeps the composition of a known work, a follower only its manner."""
    rng = np.random.default_rng([seed, number])
    model = own[int(rng.integers(len(own)))]
    attribution, deviation = COPIED[int(rng.integers(len(COPIED)))]
    keeps_scene = attribution in {Attribution.AFTER, Attribution.COPY_AFTER}
    scene = model.order.scene_seed if keeps_scene else seed * 10007 + number
    order = Order(
        model.order.hand,
        model.order.subject,
        model.order.age,
        model.order.shape,
        scene,
        seed * 20011 + number,
        deviation,
    )
    height, width = sides(rng, order.shape, model.painter)
    return WorkPlan(
        number=number,
        painter=model.painter,
        attribution=attribution,
        title=model.title if keeps_scene else title_of(rng, model.subject, number),
        subject=model.subject,
        year=min(model.year + int(rng.integers(5, 60)), LAST_YEAR),
        is_circa=True,
        medium=model.medium,
        height_cm=height,
        width_cm=width,
        is_signed=False,
        provenance="",
        order=order,
    )


def year_of(painter: Painter, age: float) -> int:
    first = painter.born + WORKING_FROM
    last = min(painter.died or LAST_YEAR, first + LONGEST_CAREER, LAST_YEAR)
    return first + round(age * max(last - first, SHORTEST_CAREER if painter.died is None else 1))


def sides(rng: np.random.Generator, shape: float, painter: Painter) -> tuple[float, float]:
    """Height and width in whole millimetres, around 65 cm on the mean side, prints half of it."""
    mean = 65.0 * float(np.exp(rng.normal(0, 0.42))) * (0.5 if painter.media[0][0] == "print" else 1.0)
    return round(mean / shape**0.5, 1), round(mean * shape**0.5, 1)


def title_of(rng: np.random.Generator, subject: str, number: int) -> str:
    return str(rng.choice(TITLES[subject])).format(place=rng.choice(PLACES), number=number + 1)
