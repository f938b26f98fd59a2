"""Restyling by optimisation: both losses fall, what is to be kept is kept, and what is refused is said."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ml.images import Pixels
from ml.reporter import Cancelled, SilentReporter
from ml.styletransfer import Eye, OptimisationSettings, Restyled, Style, UnsuitablePicture, optimising, restyle
from ml.styletransfer.measuring import measured
from ml.styletransfer.pictures import NotEnoughMemory, to_unit
from tests.ml import styling
from tests.ml.styling import picture


@pytest.fixture(scope="module")
def eye() -> Eye:
    return styling.eye()


@pytest.fixture
def made(eye: Eye) -> Callable[..., Restyled]:
    """Restyles the first painter's picture in a few steps."""

    def make(*styles: Style, content: Pixels | None = None, mask: np.ndarray | None = None, **more: object) -> Restyled:
        settings = OptimisationSettings(**{"steps": 12, "scales": 1, **more})  # type: ignore[arg-type]
        shown = picture(1) if content is None else content
        return restyle(
            shown, styles or [Style(picture(2, wide=80, high=72))], eye, settings, SilentReporter(), content_mask=mask
        )

    return make


def test_it_works(eye: Eye) -> None:
    content, shown = picture(1), []
    settings = OptimisationSettings(steps=16, scales=1, show_every=5)
    found = restyle(
        content, [Style(picture(2))], eye, settings, SilentReporter(),
        on_picture=lambda step, pixels: shown.append((step, pixels.shape)),
    )  # fmt: skip
    assert found.pixels.shape == content.shape
    assert found.pixels.dtype == np.uint8
    assert found.style_loss < 0.5 * found.course[0].style_loss
    assert [step for step, _shape in shown] == [5, 10, 15]
    assert {shape for _step, shape in shown} == {(3, 64, 64)}


def test_from_noise_each_loss_that_is_asked_for_falls(made: Callable[..., Restyled]) -> None:
    style = made(begin="noise", content_weight=0.0)
    content = made(begin="noise", style_weight=0.0, place_weight=0.0)
    assert style.style_loss < 0.2 * style.course[0].style_loss
    assert content.content_loss < 0.5 * content.course[0].content_loss


def test_more_weight_on_content_keeps_more_of_it(made: Callable[..., Restyled]) -> None:
    faithful, free = made(content_weight=50.0), made(content_weight=0.01)
    assert faithful.content_loss < free.content_loss
    assert free.style_loss < faithful.style_loss


def test_adam_and_several_sizes_work_too(made: Callable[..., Restyled]) -> None:
    found = made(content=picture(1, high=128, wide=140), optimiser="adam", scales=2, steps=8)
    assert found.pixels.shape == (3, 128, 140)
    assert found.style_loss < found.course[0].style_loss


def test_a_large_picture_is_worked_small_and_keeps_its_size(made: Callable[..., Restyled]) -> None:
    found = made(content=picture(1, high=150, wide=200), longest_px=64, steps=3)
    assert found.pixels.shape == (3, 150, 200)


def test_what_is_masked_stays_to_the_bit(made: Callable[..., Restyled]) -> None:
    mask = np.zeros((64, 64), np.float32)
    mask[:, 32:] = 1
    found = made(mask=mask)
    assert np.array_equal(found.pixels[:, :, :32], picture(1)[:, :, :32])
    assert not np.array_equal(found.pixels[:, :, 32:], picture(1)[:, :, 32:])


def test_colours_are_kept_when_asked(made: Callable[..., Restyled]) -> None:
    kept, content = made(keep_colours=True).pixels.astype(float), picture(1).astype(float)
    free = made().pixels.astype(float)

    def strayed(pixels: np.ndarray) -> float:
        """How far the mean hue is from the content's, as the angle between mean chromas."""
        own, wished = (each.reshape(3, -1).mean(axis=1) - each.mean() for each in (pixels, content))
        return 1 - float(own @ wished / np.linalg.norm(own) / np.linalg.norm(wished))

    assert strayed(kept) < 0.02
    assert strayed(kept) < strayed(free)


@pytest.mark.parametrize(
    "wish",
    [
        {"keep_colours": True},
        {"mask": np.eye(64, dtype=np.float32)},
        {"content": picture(1, high=96, wide=128), "longest_px": 64},
    ],
    ids=["colours kept", "masked", "worked small"],
)
def test_losses_are_those_of_the_finished_picture(eye: Eye, made: Callable[..., Restyled], wish: dict) -> None:
    style, content = Style(picture(2)), wish.get("content", picture(1))
    found = made(style, steps=3, **wish)
    losses = measured(eye, to_unit(found.pixels), to_unit(content), [style])
    assert (found.content_loss, found.style_loss) == pytest.approx(losses, rel=1e-4)


def test_each_style_lands_where_its_mask_says(made: Callable[..., Restyled]) -> None:
    left = np.zeros((64, 64), bool)
    left[:, :32] = True
    red, blue = picture(2).copy(), picture(3).copy()
    red[1:] //= 4
    blue[:2] //= 4
    grey = np.repeat(picture(1).mean(axis=0, keepdims=True).astype(np.uint8), 3, axis=0)
    pixels = made(Style(red, mask=left), Style(blue, mask=~left), content=grey, steps=20).pixels.astype(float)
    redness = pixels[0] - pixels[2]
    assert redness[:, :28].mean() > redness[:, 36:].mean() + 20


def test_styles_are_mixed_by_weight(made: Callable[..., Restyled]) -> None:
    first, second = picture(2), picture(3)
    alone, nearly = made(Style(first)), made(Style(first, weight=1.0), Style(second, weight=0.0))
    mixed = made(Style(first), Style(second))
    assert np.abs(alone.pixels.astype(int) - nearly.pixels).mean() < 1
    assert np.abs(alone.pixels.astype(int) - mixed.pixels).mean() > 1


def test_it_stops_when_told(eye: Eye) -> None:
    class Impatient(SilentReporter):
        def should_stop(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        restyle(picture(1), [Style(picture(2))], eye, OptimisationSettings(steps=5), Impatient())


PLAIN = np.full((3, 64, 64), 90, np.uint8)
FRAMED = np.pad(PLAIN[:, 3:-3, 3:-3], [(0, 0), (3, 3), (3, 3)])
REFUSED = {
    "no style": (picture(1), [], None, "at least one style"),
    "one colour": (picture(1), [Style(PLAIN)], None, "of one colour"),
    "one colour in a frame": (picture(1), [Style(FRAMED)], None, "of one colour"),
    "too small": (picture(1, high=8, wide=8), [Style(picture(2))], None, "8 × 8"),
    "a line": (picture(1), [Style(picture(2)[:, :, :1])], None, "1 × 64"),
    "no RGB": (picture(1)[0], [Style(picture(2))], None, "no RGB picture"),
    "another size of mask": (picture(1), [Style(picture(2))], np.ones((64, 60)), "60 × 64 pixels"),
    "an empty mask": (picture(1), [Style(picture(2))], np.zeros((64, 64)), "empty"),
    "a mask of bytes": (picture(1), [Style(picture(2), mask=np.full((64, 64), 255.0))], None, "other values"),
    "a weight below 0": (picture(1), [Style(picture(2), weight=-1.0)], None, "the weight -1"),
    "no weight at all": (picture(1), [Style(picture(2), weight=0.0)], None, "above 0"),
}


@pytest.mark.parametrize(("content", "styles", "mask", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_used_is_refused_in_words(
    eye: Eye, content: Pixels, styles: list[Style], mask: np.ndarray | None, said: str
) -> None:
    with pytest.raises(UnsuitablePicture, match=said):
        restyle(content, styles, eye, OptimisationSettings(), SilentReporter(), content_mask=mask)


def test_a_picture_too_large_for_the_memory_is_said(eye: Eye, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object) -> None:
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")

    monkeypatch.setattr(optimising.Work, "refine", full)
    with pytest.raises(NotEnoughMemory, match="Take a smaller one"):
        restyle(picture(1), [Style(picture(2))], eye, OptimisationSettings(), SilentReporter())


@pytest.mark.parametrize(
    "wrong",
    [{"steps": 0}, {"optimiser": "sgd"}, {"style_weight": -1.0}, {"longest_px": 8}],
    ids=lambda each: str(next(iter(each))),
)
def test_settings_are_checked(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        OptimisationSettings(**wrong)  # type: ignore[arg-type]
