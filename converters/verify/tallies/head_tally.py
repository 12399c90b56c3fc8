"""Several heads: each compared in its own way; the worst head counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ....runtime.geometry import Letterbox
from ..verification import KERNELS, Verification
from .tally import Outputs, Tally


class HeadTally(Tally):
    """Compare the outputs of several heads.

    Args:
        heads: By name of the head its tally, and the positions of its outputs.
    """

    metric = "agreement of heads (the worst head)"

    def __init__(self, heads: Mapping[str, tuple[Tally, Sequence[int]]]) -> None:
        self._heads = dict(heads)

    def read_float(self, outputs: Outputs, letterbox: Letterbox) -> Any:
        """Return the float model's reading of each head."""
        return {
            name: tally.read_float([outputs[i] for i in positions], letterbox)
            for name, (tally, positions) in self._heads.items()
        }

    def read(self, outputs: Outputs, letterbox: Letterbox) -> Any:
        """Return the file's reading of each head."""
        return {
            name: tally.read([outputs[i] for i in positions], letterbox)
            for name, (tally, positions) in self._heads.items()
        }

    def reference(self, reading: Any) -> None:
        """Add the float model's readings of the next sample."""
        for name, (tally, _) in self._heads.items():
            tally.reference(reading[name])

    def add(self, name: str, reference: Any, other: Any) -> None:
        """Add the readings of one set of kernels of the same sample."""
        for head, (tally, _) in self._heads.items():
            tally.add(name, reference[head], other[head])

    def result(self, source: str) -> Verification:
        """Return the figures of the worst head, and each head's own as parts."""
        results = {
            name: tally.result(source) for name, (tally, _) in self._heads.items()
        }
        order = sorted(results, key=lambda name: results[name].agreement)
        worst = results[order[0]]
        return Verification(
            metric=self.metric,
            count=worst.count,
            agreement=worst.agreement,
            interval=worst.interval,
            kernels={
                name: {
                    "agreement": min(
                        one.kernels[name]["agreement"] for one in results.values()
                    )
                }
                for name in KERNELS
            },
            source=source,
            parts=tuple(
                {
                    "name": name,
                    "metric": results[name].metric,
                    "agreement": round(results[name].agreement, 6),
                    **{k: round(v, 6) for k, v in results[name].details.items()},
                }
                for name in order
            ),
        )

    def warnings(self) -> tuple[str, ...]:
        """Return what needs attention, with the head's name."""
        return tuple(
            f"{name}: {text}"
            for name, (tally, _) in self._heads.items()
            for text in tally.warnings()
        )
