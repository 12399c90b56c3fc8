"""The costs of the candidates on this device, measured before anything is trained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from ...errors import BudgetError, ModelError, SourceError, TrainingError
from ...runtime.benchmark import read_pictures
from ..callbacks import TrainCallbacks
from ..job import Job
from ..request import TrainRequest
from .latency import MeasuredLatency, measure
from .plan import Candidate, SearchPlan

_MEASURING_SHARE: Final = 0.5


@dataclass
class Measurements:
    """The costs of candidates that are measured so far.

    Attributes:
        costs: The measured costs.
        notes: Why a candidate has no cost, or what is wrong with one.
    """

    costs: dict[Candidate, MeasuredLatency] = field(default_factory=dict)
    notes: dict[Candidate, str] = field(default_factory=dict)

    def take(
        self,
        candidates: Sequence[Candidate],
        plan: SearchPlan,
        pictures: str,
        *,
        prepare: Callable[[TrainRequest], Job],
        spent: Callable[[], float],
        keep: Callable[[], None],
        callbacks: TrainCallbacks,
    ) -> None:
        """Measure candidates without a cost, for half of the time at most.

        What is larger than one above the budget is not measured.

        Args:
            candidates: All of them, small ones first.
            plan: Budget and time.
            pictures: A folder of what the networks are for.
            prepare: Returns the training of a candidate.
            spent: Returns the seconds that the search has taken.
            keep: Called after each one.
            callbacks: Called with a line for each one.
        """
        source = _source(pictures, callbacks)
        until = _MEASURING_SHARE * plan.max_seconds
        slow = [c for c, cost in self.costs.items() if cost.ms > plan.max_ms]
        for number, candidate in enumerate(candidates):
            if candidate in self.costs or candidate in self.notes:
                continue
            if any(one.within(candidate) for one in slow):
                self.notes[candidate] = "larger than one above the budget"
                continue
            if spent() > until and self.costs:
                self.notes[candidate] = "not measured, for want of time"
                continue
            callbacks.on_progress(
                f"measuring {number + 1} of {len(candidates)}: {candidate.name}"
            )
            try:
                job = prepare(candidate.request(plan))
                cost = measure(job, plan.workspace, source=source, threads=plan.threads)
            except (ValueError, ModelError, TrainingError) as error:
                self.notes[candidate] = str(error).splitlines()[0]
                callbacks.on_warning(f"{candidate.name}: {self.notes[candidate]}")
                continue
            self.costs[candidate] = cost
            words = f"{cost.parameters:,} parameters, {cost.int8_bytes / 1024:.0f} KiB"
            over = cost.ms > plan.max_ms
            if over:
                slow.append(candidate)
                self.notes[candidate] = "above the budget"
            callbacks.on_note(
                f"{candidate.name}: {cost.ms:.2f} ms, {words}"
                f"{', above the budget' if over else ''}"
            )
            keep()
        late = sum(note.startswith("not measured") for note in self.notes.values())
        if late:
            callbacks.on_warning(
                f"{late} candidates were not measured: half of "
                f"{plan.max_seconds:.0f} s was over. Pass a longer --max-time."
            )

    def within(self, limit: float, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Return the candidates that are quick enough, the quickest first.

        Args:
            limit: Milliseconds per frame.
            candidates: All candidates.

        Raises:
            TrainingError: None could be measured.
            BudgetError: None is quick enough.
        """
        costs = self.costs
        if not costs:
            first = next(iter(self.notes.values()), "there is none")
            raise TrainingError(f"None of the candidates can be built: {first}")
        alive = [c for c in candidates if c in costs and costs[c].ms <= limit]
        if not alive:
            best = min(costs, key=lambda c: costs[c].ms)
            raise BudgetError(
                f"No network is within {limit:g} ms on this device; the quickest is "
                f"{best.name} with {costs[best].ms:.2f} ms. Pass a smaller --width or "
                "--input-size, or another --arch."
            )
        # Of equal scores the quicker one stays.
        return sorted(alive, key=lambda candidate: costs[candidate].ms)


def _source(pictures: str, callbacks: TrainCallbacks) -> str | None:
    """Return the folder of pictures; None, with a warning, where it cannot be read."""
    try:
        read_pictures(pictures)
    except SourceError as error:
        callbacks.on_warning(f"latency is measured on synthetic pictures: {error}")
        return None
    return pictures
