"""Restyling by optimisation: the picture itself is what is learned, coarse to fine. Nothing is trained beforehand."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

import numpy.typing as npt
import torch
from torch import Tensor

from ml.images import Pixels
from ml.reporter import Cancelled, Reporter
from ml.styletransfer.colours import grey, grey_like, with_colours_of
from ml.styletransfer.losses import total_variation
from ml.styletransfer.measuring import measured
from ml.styletransfer.pictures import Reached, Restyled, Style, check, memory_minded, shares, to_pixels, to_unit
from ml.styletransfer.pyramid import put_together, resized, taken_apart
from ml.styletransfer.seeing import Eye
from ml.styletransfer.settings import LEAST_PX, OptimisationSettings
from ml.styletransfer.targets import Targets

OnPicture = Callable[[int, Pixels], None]
MEMORY_OF_LBFGS = 12


def restyle(
    content: Pixels,
    styles: Sequence[Style],
    eye: Eye,
    settings: OptimisationSettings,
    reporter: Reporter,
    *,
    content_mask: npt.NDArray | None = None,
    on_picture: OnPicture | None = None,
) -> Restyled:
    """``content`` ``uint8 [3, h, w]`` in the manner of the styles, of the same size.

    Minimises content + style loss over the eye's feature maps (Gatys, Ecker, Bethge 2016), with targets for each place
    by attention. ``content_mask`` ``[h, w]``, 0..1: where the picture may change; the rest stays as it is to the bit.
    ``on_picture(step, pixels)`` gets the picture on its way, of the content's size. Raises ``UnsuitablePicture``,
    ``NotEnoughMemory``, and ``Cancelled`` when told to stop.
    """
    check(content, styles, content_mask)
    start = time.perf_counter()
    with memory_minded():
        work = Work(content, styles, eye, settings, reporter, content_mask, on_picture)
        pixels = work.finished(work.run())
        seconds = time.perf_counter() - start
        losses = measured(eye, to_unit(pixels, eye.device), work.whole, styles)
    return Restyled(pixels, *losses, seconds, tuple(work.course))


class Work:
    """One restyling under way."""

    def __init__(
        self,
        content: Pixels,
        styles: Sequence[Style],
        eye: Eye,
        settings: OptimisationSettings,
        reporter: Reporter,
        content_mask: npt.NDArray | None,
        on_picture: OnPicture | None,
    ) -> None:
        self.eye, self.settings, self.reporter, self.on_picture = eye, settings, reporter, on_picture
        self.whole = to_unit(content, eye.device)
        self.content = grey(self.whole) if settings.keep_colours else self.whole
        pictures = [to_unit(style.pixels, eye.device) for style in styles]
        self.styles = [grey_like(each, self.whole) for each in pictures] if settings.keep_colours else pictures
        self.shares, self.masks = shares(styles), [self.map_of(style.mask) for style in styles]
        self.content_mask = self.map_of(content_mask)
        self.course: list[Reached] = []
        self.step = self.shown = 0

    def map_of(self, mask: npt.NDArray | None) -> Tensor | None:
        return None if mask is None else torch.from_numpy(mask).to(self.eye.device).float()[None, None]

    def sizes(self) -> list[tuple[int, int]]:
        """Heights and widths, coarse to fine; none below what the eye can see something in."""
        high, wide = self.whole.shape[2:]
        finest = min(1.0, self.settings.longest_px / max(high, wide))
        factors = [finest / 2**back for back in reversed(range(self.settings.scales))]
        found = [(max(LEAST_PX, round(high * each)), max(LEAST_PX, round(wide * each))) for each in factors]
        return [size for place, size in enumerate(found) if place == len(found) - 1 or min(size) >= 2 * LEAST_PX]

    def run(self) -> Tensor:
        """The finest picture, ``[1, 3, h, w]``."""
        torch.manual_seed(self.settings.seed)
        sizes, unit = self.sizes(), None
        for place, size in enumerate(sizes):
            content = resized(self.content, size)
            unit = self.begun(content) if unit is None else resized(unit, size)
            last = self.settings.steps * (place + 1) // len(sizes)
            unit = self.refine(unit, content, size, max(1, last - self.step))
        assert unit is not None  # noqa: S101  there is always one size
        return unit

    def begun(self, content: Tensor) -> Tensor:
        if self.settings.begin == "content":
            return content
        noise = torch.randn(content.shape, generator=torch.Generator().manual_seed(self.settings.seed))
        return (0.5 + 0.15 * noise.to(content.device)).clamp(0, 1)

    def refine(self, unit: Tensor, content: Tensor, size: tuple[int, int], steps: int) -> Tensor:
        """``steps`` of the optimiser at one size."""
        factor = max(size) / max(self.whole.shape[2:])
        targets = Targets(
            self.eye, content, [self.style_at(style, factor) for style in self.styles], self.shares,
            [None if mask is None else resized(mask, size) for mask in self.masks],
        )  # fmt: skip
        held = None if self.content_mask is None else resized(self.content_mask, size)
        parts = [part.clone().requires_grad_(True) for part in taken_apart(unit)]

        def loss() -> Tensor:
            picture = put_together(parts)
            shown = picture if held is None else content + held * (picture - content)
            whole, content_loss, style_loss = targets.weighed(self.eye.maps(shown.clamp(0, 1)), self.settings)
            self.course.append(Reached(self.step, float(content_loss.detach()), float(style_loss.detach())))
            outside = (picture - picture.clamp(0, 1)).square().mean()
            return whole + self.settings.smoothness * total_variation(shown) + 10 * outside

        optimise(parts, loss, self.settings, steps, lambda: self.after(parts))
        return put_together(parts).detach().clamp(0, 1)

    def style_at(self, style: Tensor, factor: float) -> Tensor:
        """The style at the content's scale, so that its strokes grow and shrink with it; not below what can be seen."""
        high, wide = style.shape[2:]
        least = 2 * LEAST_PX / min(high, wide)
        return resized(style, tuple(max(LEAST_PX, round(side * min(1.0, max(factor, least)))) for side in (high, wide)))

    def after(self, parts: list[Tensor]) -> None:
        """What is due when a step is done."""
        self.step += 1
        last = self.course[-1]
        figures = {"content loss": last.content_loss, "style loss": last.style_loss}
        self.reporter.progress(self.step, self.settings.steps, phase="restyling", metrics=figures)
        if self.reporter.should_stop():
            raise Cancelled
        if self.on_picture and self.step >= self.shown + self.settings.show_every:
            self.shown = self.step
            self.on_picture(self.step, self.finished(put_together(parts).detach().clamp(0, 1)))

    @torch.no_grad()
    def finished(self, unit: Tensor) -> Pixels:
        """At the content's full size: its fine detail back on, its colours where they are kept, what is masked untouched."""
        full = self.whole.shape[2:]
        if unit.shape[2:] != full:
            lost = self.content - resized(resized(self.content, unit.shape[2:]), full)
            unit = resized(unit, full) + lost
        unit = unit.clamp(0, 1)
        if self.settings.keep_colours:
            unit = with_colours_of(self.whole, unit)
        if self.content_mask is not None:
            unit = self.whole + self.content_mask * (unit - self.whole)
        return to_pixels(unit)


def optimise(
    parts: list[Tensor],
    loss: Callable[[], Tensor],
    settings: OptimisationSettings,
    steps: int,
    after: Callable[[], None],
) -> None:
    """``steps`` evaluations of the loss and its gradient, by Adam with a falling rate, or by L-BFGS."""
    if settings.optimiser == "lbfgs":
        by_lbfgs(parts, loss, steps, after)
        return
    adam = torch.optim.Adam(parts, lr=settings.learning_rate, betas=(0.9, 0.99))
    for step in range(steps):
        for group in adam.param_groups:
            group["lr"] = settings.learning_rate * (0.1 + 0.45 * (1 + math.cos(math.pi * step / steps)))
        adam.zero_grad()
        loss().backward()  # type: ignore[no-untyped-call]
        adam.step()
        after()


def by_lbfgs(parts: list[Tensor], loss: Callable[[], Tensor], steps: int, after: Callable[[], None]) -> None:
    lbfgs = torch.optim.LBFGS(
        parts, max_iter=steps, max_eval=steps, history_size=MEMORY_OF_LBFGS, tolerance_grad=0, tolerance_change=0,
        line_search_fn="strong_wolfe",
    )  # fmt: skip

    def closure() -> Tensor:
        lbfgs.zero_grad()
        found = loss()
        found.backward()  # type: ignore[no-untyped-call]
        after()
        return found

    lbfgs.step(closure)  # type: ignore[no-untyped-call, arg-type]
