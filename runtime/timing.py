"""How long a frame took, stage by stage, and what that adds up to over a run.

All clocks are ``time.monotonic_ns`` / ``time.perf_counter_ns``; no sample is clipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

STAGES: Final = ("capture", "prepare", "invoke", "decode", "emit")


@dataclass(frozen=True)
class Timing:
    """Hold one frame's milliseconds through the named stages.

    Attributes:
        capture_ms: Waiting for and reading (decoding) the frame.
        prepare_ms: Resize, colour order, normalization and quantization.
        invoke_ms: The interpreter.
        decode_ms: From output tensors to a result.
        emit_ms: All sinks together.
        age_ms: Start of ``prepare`` minus capture.
        total_ms: All stages.
    """

    capture_ms: float = 0.0
    prepare_ms: float = 0.0
    invoke_ms: float = 0.0
    decode_ms: float = 0.0
    emit_ms: float = 0.0
    age_ms: float = 0.0

    @property
    def total_ms(self) -> float:
        """Return the sum of all stages."""
        return (
            self.capture_ms
            + self.prepare_ms
            + self.invoke_ms
            + self.decode_ms
            + self.emit_ms
        )

    def to_dict(self) -> dict[str, Any]:
        """Return milliseconds by name, rounded to a microsecond."""
        values = {f"{stage}_ms": getattr(self, f"{stage}_ms") for stage in STAGES}
        values["age_ms"] = self.age_ms
        values["total_ms"] = self.total_ms
        return {name: round(value, 3) for name, value in values.items()}
