"""Several processes that train one network, as ``torchrun`` starts them; alone, all of this does nothing.

Gradients are averaged by one all-reduce a step rather than by ``DistributedDataParallel``: its hooks expect each network
to be called once, through the wrapper, and every parameter to take part, which holds for neither accumulated steps nor
networks that call one another. (StyleGAN2-ADA does the same.)
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, distributed


def is_many() -> bool:
    return distributed.is_available() and distributed.is_initialized() and distributed.get_world_size() > 1


def rank() -> int:
    return distributed.get_rank() if is_many() else 0


def count() -> int:
    return distributed.get_world_size() if is_many() else 1


def local_rank() -> int:
    """This process's number on its machine: which of its devices it takes."""
    return int(os.environ.get("LOCAL_RANK", "0"))


@contextmanager
def joined() -> Iterator[None]:
    """Join the processes that ``torchrun`` started, by NCCL between CUDA devices, else by gloo; and part again."""
    if int(os.environ.get("WORLD_SIZE", "1")) < 2 or is_many():
        yield
        return
    distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    try:
        yield
    finally:
        distributed.destroy_process_group()


def average(tensors: Iterable[Tensor]) -> None:
    """Replace each tensor by its mean over the processes, in place, all in one message."""
    found = [tensor for tensor in tensors if tensor.is_floating_point()]
    if not is_many() or not found:
        return
    flat = torch.cat([tensor.reshape(-1).float() for tensor in found])
    distributed.all_reduce(flat)
    flat /= count()
    for tensor, part in zip(found, flat.split([tensor.numel() for tensor in found]), strict=True):
        tensor.copy_(part.view_as(tensor))


def share(tensors: Iterable[Tensor]) -> None:
    """Give every process the first one's values, in place."""
    if is_many():
        for tensor in tensors:
            distributed.broadcast(tensor, 0)


def agree(value: float, device: str) -> float:
    """The first process's value, in all."""
    if not is_many():
        return value
    held = torch.tensor([value], dtype=torch.float64, device=device if device.startswith("cuda") else "cpu")
    distributed.broadcast(held, 0)
    return float(held.item())


def gather(tensor: Tensor, device: str) -> Sequence[Tensor]:
    """The tensor of each process, by rank, on the CPU."""
    if not is_many():
        return [tensor.cpu()]
    held = tensor.to(device if device.startswith("cuda") else "cpu")
    found = [torch.empty_like(held) for _process in range(count())]
    distributed.all_gather(found, held)
    return [each.cpu() for each in found]
