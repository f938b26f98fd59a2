"""What restyling is measured beside, written from the papers: plain optimisation and AdaIN.

Gatys, Ecker, Bethge, "Image style transfer using convolutional neural networks" (CVPR 2016); Huang & Belongie, "Arbitrary style
transfer in real-time with adaptive instance normalization" (ICCV 2017).
"""

from __future__ import annotations

import time
from dataclasses import replace

import torch
from torch import Tensor, nn

from ml.images import Pixels
from ml.reporter import Reporter
from ml.styletransfer import Eye, NetworkSettings
from ml.styletransfer.judging import Trial
from ml.styletransfer.lesson import Lesson, window_loader
from ml.styletransfer.losses import gram_of, moments, moments_loss, normalised, relative, softened, style_loss
from ml.styletransfer.network import Decoder
from ml.styletransfer.pictures import to_pixels, to_unit
from ml.styletransfer.piecewise import whole_steps
from ml.training import Schedule, Turn, run
from ml.training.loading import Feed

STYLE_WEIGHT = 10.0  # as printed in AdaIN's paper


def gatys(trial: Trial, eye: Eye, steps: int, style_weight: float) -> tuple[Pixels, float]:
    """Pixels moved by L-BFGS along content and Gram losses, at one size, from the content."""
    start = time.perf_counter()
    content = to_unit(trial.content, eye.device)
    deep = eye.content_layer
    with torch.no_grad():
        aim = eye.maps(content)[deep]
        grams = [gram_of(layer) for layer in eye.maps(to_unit(trial.style, eye.device))]
    picture = content.clone().requires_grad_(True)
    lbfgs = torch.optim.LBFGS(
        [picture], max_iter=steps, max_eval=steps, history_size=12, tolerance_grad=0, tolerance_change=0,
        line_search_fn="strong_wolfe",
    )  # fmt: skip

    def closure() -> Tensor:
        lbfgs.zero_grad()
        maps = eye.maps(picture)
        loss = relative(maps[deep], aim) + style_weight * style_loss(maps, grams)
        loss.backward()
        return loss

    lbfgs.step(closure)
    return to_pixels(picture), time.perf_counter() - start


class AdaIN(nn.Module):
    """The deepest map with the style's mean and deviation, and a decoder about as large as that of ours."""

    def __init__(self, eye: Eye, like: NetworkSettings) -> None:
        super().__init__()
        self.eye = [eye]  # in a list: no part of what is learned
        ours = size_of(Decoder(eye.channels, eye.strides, like))
        sizes = [replace(like, width=like.width + more, widest=like.widest + 4 * more) for more in range(12)]
        decoders = [Decoder(eye.channels, eye.strides, each, skips=False) for each in sizes]
        self.decoder = min(decoders, key=lambda each: abs(size_of(each) - ours))
        self.register_buffer("energy", torch.ones(()))

    def forward(self, content: list[Tensor], style: list[Tensor], strength: float = 1.0) -> tuple[Tensor, Tensor]:
        """A picture, and the map that it was painted from."""
        deep = content[-1]
        mean, deviation = moments(style[-1])
        aim = torch.lerp(deep, normalised(deep) * deviation + mean, strength)
        return self.decoder([*content[:-1], aim / self.energy]), aim

    def loss(self, batch: tuple[Tensor, Tensor], random: torch.Generator) -> Tensor:
        eye, unit = self.eye[0], batch[1].float() / 255
        with torch.no_grad():
            maps = eye.maps(unit)
            styles = [layer.roll(int(torch.randint(1, len(unit), (), generator=random)), 0) for layer in maps]
        painted, aim = self(maps, styles)
        with torch.autocast(unit.device.type, enabled=False):
            found = eye.maps(painted.float())
            style = moments_loss(found, [moments(layer) for layer in styles], by=softened)
            return relative(found[-1], aim.detach().float()) + STYLE_WEIGHT * style

    @torch.inference_mode()
    def apply(self, trial: Trial, strength: float = 1.0) -> tuple[Pixels, float]:
        eye = self.eye[0]
        start = time.perf_counter()
        content, style = (eye.maps(whole_steps(to_unit(each, eye.device))) for each in (trial.content, trial.style))
        with eye.form.autocast():
            painted, _aim = self(content, style, strength)
        high, wide = trial.content.shape[1:]
        return to_pixels(painted[:, :, :high, :wide]), time.perf_counter() - start


def train_adain(lesson: Lesson, eye: Eye, schedule: Schedule, window_px: int, reporter: Reporter) -> AdaIN:
    """AdaIN by the same loop, pictures and steps as ours."""
    torch.manual_seed(schedule.seed)
    network = AdaIN(eye, NetworkSettings())
    feed = Feed(
        len(lesson.pictures), window_loader(lesson.pictures, window_px), batch=schedule.batch, seed=schedule.seed
    )
    run([Turn("adain", network, network.loss)], feed, replace(schedule, check_every=0), reporter, phase="AdaIN")
    return network.eval().requires_grad_(False)


def size_of(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())
