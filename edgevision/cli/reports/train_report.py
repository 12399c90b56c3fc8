"""What ``edgevision train`` prints at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...training.request import TrainReport


def train_lines(report: TrainReport) -> list[str]:
    """Return the closing lines: the file, how good it is, and what to run next."""
    kept = f", epoch {report.best_epoch} kept" if report.best_epoch else ""
    ended = {
        "finished": "",
        "early": "; it no longer improved",
        "time": "; the time limit was reached",
        "interrupted": "; it was interrupted",
    }[report.ended]
    lines = [
        f"{report.path}: {report.arch}, {report.parameters:,} parameters, "
        f"{report.epochs} epochs in {report.seconds:.0f} s{kept}{ended}"
    ]
    if report.metrics:
        numbers = ", ".join(f"{k} {v:.1%}" for k, v in report.metrics.items())
        held = report.facts.get("held_out")
        lines.append(
            f"on {held} held-out pictures: {numbers}"
            if held
            else f"held out: {numbers}"
        )
    lines += [f"{name}: {path}" for name, path in report.files.items()]
    lines += [f"next: {command}" for command in report.next_commands]
    return lines
