"""The result of a comparison of the float model with the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

KERNELS: Final = ("xnnpack", "none")


@dataclass(frozen=True)
class Verification:
    """The result of a comparison of two models; shares are 0..1.

    Attributes:
        metric: Name of the figure in ``agreement``.
        count: Number of samples.
        agreement: Of the float model and the file: the lower of XNNPACK and built-in
            kernels.
        interval: The 95 % interval of the agreement.
        kernels: Per set of kernels its agreement and, where known, its accuracy.
        float_accuracy: Accuracy of the float model; None without true classes.
        accuracy: Accuracy of the file, the lower of both sets of kernels; None without
            true classes.
        details: Further numbers by name.
        source: Where the samples come from.
        accuracy_name: ``accuracy`` of classes, ``mAP50-95`` of boxes, ``R²`` of values
            or ``mAP`` of labels of which several may be true.
        parts: The same per value or label, the worst first: its ``name`` and figures.
    """

    metric: str
    count: int
    agreement: float
    interval: tuple[float, float]
    kernels: Mapping[str, Mapping[str, float]]
    float_accuracy: float | None = None
    accuracy: float | None = None
    details: Mapping[str, float] = field(default_factory=dict)
    source: str = ""
    accuracy_name: str = "accuracy"
    parts: tuple[Mapping[str, Any], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Return whether there was no box in the answers, and nothing to compare."""
        return self.details.get("boxes") == 0

    @property
    def drop(self) -> float | None:
        """Return how much less accurate the file is; None without true classes."""
        if self.float_accuracy is None or self.accuracy is None:
            return None
        # Rounded: 0.9 - 0.7 is 0.20000000000000007 to a computer.
        return round(self.float_accuracy - self.accuracy, 6)

    def to_dict(self, budget: Mapping[str, float] | None = None) -> dict[str, Any]:
        """Return plain JSON types, as in the model card."""
        return {
            "metric": self.metric,
            "n": self.count,
            "agreement": round(self.agreement, 6),
            "interval": [round(value, 6) for value in self.interval],
            "accuracy_name": self.accuracy_name,
            "float": self.float_accuracy,
            "quantized": self.accuracy,
            "drop": self.drop,
            "kernels": {key: dict(value) for key, value in self.kernels.items()},
            "details": dict(self.details),
            **({"parts": [dict(part) for part in self.parts]} if self.parts else {}),
            "source": Path(self.source).name,
            "budget": dict(budget or {}),
        }
