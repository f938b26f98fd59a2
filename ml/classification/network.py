"""The network that is trained end to end: a trunk, and a linear head for each question."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.backbone.features import FeatureNet
from ml.classification.heads import Features, Scaling
from ml.classification.labels import MISSING
from ml.images import Pixels


class MultiTask(nn.Module):
    """A trunk's features and a linear head a question; answers are logits by question, ``[n, answers]``."""

    mean: Tensor
    scale: Tensor

    def __init__(
        self, network: FeatureNet, scaling: Scaling, heads: Mapping[str, tuple[Features, Features]], still: bool
    ) -> None:
        super().__init__()
        self.features, self.still = network, still
        self.register_buffer("mean", torch.from_numpy(scaling.mean))
        self.register_buffer("scale", torch.from_numpy(scaling.scale))
        self.heads = nn.ModuleDict({name: linear(*values) for name, values in heads.items()})

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        """``pictures``: RGB ``uint8 [n, 3, side, side]``."""
        scaled = (self.features(pictures.float() / 255) - self.mean) * self.scale
        return {name: head(scaled) for name, head in self.heads.items()}

    def train(self, mode: bool = True) -> MultiTask:
        """Running statistics of a trunk that came with weights stay as they are: batches of ours are small."""
        super().train(mode)
        if self.still:
            self.features.eval()
        return self


def linear(weight: Features, bias: Features) -> nn.Linear:
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weight))
        layer.bias.copy_(torch.from_numpy(bias))
    return layer


def masked_loss(logits: Mapping[str, Tensor], targets: Mapping[str, Tensor], priors: Mapping[str, Tensor]) -> Tensor:
    """The mean over questions of the cross-entropy of the pictures that they are said of; 0 where none is.

    Logits are raised by the log prior while learning (logit adjustment: Menon et al., ICLR 2021): without it they then rank
    as if answers were equally frequent, with it they are probabilities. A weighted loss would spoil the second.
    """
    losses = [
        functional.cross_entropy(logits[name].float() + priors[name], wanted, ignore_index=MISSING)
        for name, wanted in targets.items()
        if bool((wanted != MISSING).any())
    ]
    return torch.stack(losses).mean() if losses else sum((each.sum() * 0 for each in logits.values()), torch.zeros(()))


@torch.inference_mode()
def logits_of(model: MultiTask, pictures: Pixels, size: int = 64) -> dict[str, Features]:
    """The network's logits of pictures, by question, as ``float32 [n, answers]``; the network is ready for use."""
    device = model.mean.device
    found: dict[str, list[Features]] = {name: [] for name in model.heads}
    for at in range(0, len(pictures), size):
        for name, logits in model(torch.from_numpy(pictures[at : at + size]).to(device)).items():
            found[name].append(logits.float().cpu().numpy())
    return {name: np.concatenate(parts) for name, parts in found.items()}
