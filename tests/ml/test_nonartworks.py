"""What is no artwork is known by its surface: pages of text, charts, codes, noise, by models that never saw one."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from ml.images import Pixels, square
from ml.nonartworks import KINDS, constructed, in_words, refused
from ml.surfaces import Surfaces, fit_surfaces, surface, surfaces_of
from tests.ml.painters import paint

SIDE = 128


def squared(pixels: np.ndarray) -> Pixels:
    return square(Image.fromarray(pixels), SIDE)


@pytest.fixture(scope="module")
def known() -> Surfaces:
    works = [squared(paint(painter, work)) for painter in range(10) for work in range(8)]
    found = fit_surfaces(surfaces_of(works))
    assert found is not None
    return found


@pytest.mark.parametrize("kind", ["page of text", "chart", "square code", "noise", "test card"])
def test_what_is_no_artwork_is_told(known: Surfaces, kind: str) -> None:
    assert all(known.is_unlike(squared(constructed(kind, number))) for number in range(4))


def test_works_not_seen_by_hands_not_seen_pass(known: Surfaces) -> None:
    unseen = [squared(paint(painter, work)) for painter in range(20, 30) for work in range(3)]
    assert np.mean([known.is_unlike(each) for each in unseen]) <= 0.1


def test_changed_copies_may_be_known_without_widening_the_limit() -> None:
    works = surfaces_of(squared(paint(painter, work)) for painter in range(10) for work in range(5))
    page = squared(constructed("page of text", 1))
    plain, taught = fit_surfaces(works), fit_surfaces(works, also=surface(page)[None])
    assert plain is not None
    assert taught is not None
    assert (plain.is_unlike(page), taught.is_unlike(page)) == (True, False)
    assert plain.limit == taught.limit


def test_of_too_few_pictures_nothing_is_known() -> None:
    assert fit_surfaces(surfaces_of(squared(paint(1, work)) for work in range(20))) is None


def test_it_is_the_same_after_keeping(known: Surfaces) -> None:
    again = Surfaces.from_tensors(known.tensors())
    assert again is not None
    shown = surfaces_of(squared(constructed(kind, 3)) for kind in KINDS)
    assert np.array_equal(again.distance(shown), known.distance(shown))
    assert Surfaces.from_tensors({}) is None


def test_a_blank_and_a_step_have_the_statistics_that_one_can_reason_out() -> None:
    blank = surface(np.full((3, 64, 64), 255, np.uint8))
    assert blank[[0, 2, 3, 4, 9]] == pytest.approx([1, 1, 1, 1, 1])
    step = np.zeros((3, 64, 64), np.uint8)
    step[:, :, 32:] = 255
    found = surface(step)
    assert found[0] == pytest.approx(1 - 1 / 63)
    assert (found[3], found[4], found[9]) == (0.5, 1, 0.5)
    assert surface(squared(constructed("noise", 0)))[2] < 0.5


def test_shares_are_counted_by_kind_and_said_in_a_sentence() -> None:
    shares = refused(lambda pixels: bool((pixels >= 250).mean() > 0.5), of_each=2)
    assert shares["page of text"] == shares["chart"] == 1
    assert shares["noise"] == 0
    assert "noise 0%" in in_words(shares)
    assert "chart" not in in_words(shares).split("always:")[1]
    assert np.array_equal(constructed("screen", 5), constructed("screen", 5))
    assert not np.array_equal(constructed("screen", 5), constructed("screen", 6))
