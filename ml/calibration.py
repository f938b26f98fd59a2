"""Whether probabilities hold: the calibration curve, and how far it lies from the diagonal."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

BINS = 10


def calibration_curve(
    confidence: npt.NDArray[np.floating], right: npt.NDArray[np.bool_], bins: int = BINS
) -> list[dict[str, Any]]:
    """By bins of confidence: ``low``, ``high``, mean ``predicted``, ``observed`` share right, ``n``; empty bins left out."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        {
            "low": number / bins,
            "high": (number + 1) / bins,
            "predicted": float(confidence[place == number].mean()),
            "observed": float(right[place == number].mean()),
            "n": int((place == number).sum()),
        }
        for number in range(bins)
        if (place == number).any()
    ]


def calibration_error(confidence: npt.NDArray[np.floating], right: npt.NDArray[np.bool_]) -> float:
    """Expected calibration error over ten bins of equal width (Naeini, Cooper, Hauskrecht 2015), 0 to 1."""
    curve = calibration_curve(confidence, right)
    return float(sum(abs(part["predicted"] - part["observed"]) * part["n"] for part in curve) / max(1, len(right)))
