"""Search for the best network under a latency budget: :func:`search`.

Start reading here. Every candidate is built untrained, converted and timed on this
device (``latency``); those above the budget go before anything is trained, the others
compete (``halving``), and the best one becomes the output as if it had been trained
alone.
"""

from __future__ import annotations

import json
import os
import platform
import time
from typing import Any

from ...errors import TrainingError, unknown_name
from ...files import hold_name, refuse_existing, write_text
from ..callbacks import NO_CALLBACKS, TrainCallbacks
from ..keras_import import load_keras
from ..next_commands import picture_folder
from ..request import TrainRequest
from ..train import check_folder, choices_of, find_task
from . import table
from .contenders import Contenders
from .halving import Contest, Progress, Standing, contest
from .measuring import Measurements
from .plan import Candidate, SearchPlan
from .report import SearchReport
from .state import SearchFolder, SearchState


def search(
    plan: SearchPlan, *, callbacks: TrainCallbacks = NO_CALLBACKS
) -> SearchReport:
    """Train the best network that is quick enough on this device.

    Beside the output and what a training leaves come ``NAME.search.json`` and
    ``NAME.search.csv``. Ctrl-C keeps the best network so far. A search that was killed
    goes on with ``resume``: what is measured and trained stays so.

    Args:
        plan: What is tried, and what it may cost.
        callbacks: Called while the search runs.

    Raises:
        BudgetError: No candidate is within the budget.
        TrainingError: The data cannot be used, nothing was learned, or the search
            on disk is another one.
        OutputExistsError: An output, or an interrupted search, exists and neither
            ``force`` nor ``resume`` says what to do.
        MissingDependencyError: TensorFlow is not installed.
        ValueError: A choice is unknown or out of range.
    """
    return _Search(plan, callbacks).carry_out()


class _Search:
    def __init__(self, plan: SearchPlan, callbacks: TrainCallbacks) -> None:
        self._plan = plan
        self._began = time.monotonic()
        self._callbacks = callbacks
        self._measured = Measurements()
        self._folder = SearchFolder(plan.workspace)
        self._state = SearchState()
        self._spent_before = 0.0
        self._contenders: Contenders

    def carry_out(self) -> SearchReport:
        request = self._plan.request
        with hold_name(request.output, error=TrainingError):
            return self._carry_out(request)

    def _carry_out(self, request: TrainRequest) -> SearchReport:
        data, task = find_task(request)
        self._callbacks.on_note(f"{data.task}: {data.evidence}")
        for arch in self._plan.archs:
            if arch not in task.architectures:
                kind = f"{data.task} network"
                raise ValueError(unknown_name(kind, arch, task.architectures))
        self._contenders = Contenders(
            self._plan, data, task, self._callbacks, self._measured.notes
        )
        check_folder(request)
        self._folder.check(resume=request.resume, force=request.force)
        load_keras()
        if request.resume:
            candidates = self._contenders.read()
            self._take_up(candidates)  # what is of another search stays as it lies
            return self._settle(candidates)
        for path in (request.output, self._plan.json, self._plan.csv):
            refuse_existing(path, force=request.force)
        self._folder.make()
        try:
            candidates = self._contenders.read()
            self._folder.begin(self._described())
        except BaseException:
            self._folder.remove()  # nothing is in it yet
            raise
        return self._settle(candidates)

    def _settle(self, candidates: list[Candidate]) -> SearchReport:
        """Compete; where the output cannot be written, leave what was trained."""
        try:
            report = self._compete(candidates)
        except BaseException:
            progress = self._state.progress
            if progress is None or not progress.standings:
                self._folder.remove()
            raise
        self._folder.remove()
        return report

    def _compete(self, candidates: list[Candidate]) -> SearchReport:
        """Measure what is not measured, train the quick ones, write down the best."""
        try:
            if self._state.progress is None:
                self._measured.take(
                    candidates,
                    self._plan,
                    str(picture_folder(self._contenders.data)),
                    prepare=self._contenders.prepare,
                    spent=lambda: self._spent,
                    keep=self._keep,
                    callbacks=self._callbacks,
                )
        except KeyboardInterrupt:
            raise TrainingError(
                "The search was interrupted before anything was trained: nothing "
                "is saved."
            ) from None
        alive = self._measured.within(self._plan.max_ms, candidates)
        outcome = contest(
            [candidate.name for candidate in alive],
            self._contenders.train,
            deadline=self._began + self._plan.max_seconds - self._spent_before,
            clock=time.monotonic,
            on_note=self._callbacks.on_note,
            after=self._say,
            before=self._state.progress,
            keep=self._keep,
        )
        return self._close(candidates, outcome)

    def _take_up(self, candidates: list[Candidate]) -> None:
        """Take over the state of the search on disk."""
        self._state = state = self._folder.take_up(self._described())
        self._spent_before = state.seconds
        by_name = {candidate.name: candidate for candidate in candidates}
        strange = sorted({*state.costs, *state.notes} - by_name.keys())
        if strange:
            raise TrainingError(
                f"The state in {self._plan.workspace} is damaged: no network of this "
                f"search is called {strange[0]!r}. Pass --force to begin anew."
            )
        costs, notes = self._measured.costs, self._measured.notes
        costs.update({by_name[name]: cost for name, cost in state.costs.items()})
        notes.update({by_name[name]: note for name, note in state.notes.items()})
        measured = len(self._measured.costs)
        trained = 0 if state.progress is None else len(state.progress.standings)
        self._callbacks.on_note(
            f"going on with the search in {self._plan.workspace}: {measured} of "
            f"{len(candidates)} networks are measured, {trained} trained, "
            f"{state.seconds:.0f} s spent"
        )

    def _described(self) -> dict[str, Any]:
        """Return what decides the course of the search, as plain JSON types."""
        plan = self._plan
        return {
            **choices_of(plan.request),
            "task": self._contenders.data.task,
            "max_ms": plan.max_ms,
            "archs": plan.archs,
            "widths": plan.tried_widths,
            "input_sizes": plan.input_sizes,
            "threads": plan.threads,
            "data digest": self._contenders.digest,
            # Milliseconds of one machine say nothing about another.
            "machine": f"{platform.machine()} with {os.cpu_count()} cores",
        }

    @property
    def _spent(self) -> float:
        return self._spent_before + time.monotonic() - self._began

    def _keep(self, progress: Progress | None = None) -> None:
        """Write down how far the search has come."""
        self._state = SearchState(
            seconds=self._spent,
            costs={c.name: cost for c, cost in self._measured.costs.items()},
            notes={c.name: note for c, note in self._measured.notes.items()},
            progress=progress,
        )
        self._folder.write(self._state)

    def _say(self, name: str, standing: Standing) -> None:
        if not standing.fault:
            self._callbacks.on_note(
                f"{name}: {self._contenders.metric} "
                f"{self._contenders.sign * standing.score:.4g} after "
                f"{standing.seconds:.0f} s"
            )

    def _close(self, candidates: list[Candidate], outcome: Contest) -> SearchReport:
        best = outcome.best()
        if best is None and outcome.stopped:
            raise TrainingError(
                "The search was interrupted before anything was learned: nothing is "
                "saved."
            )
        if best is None:
            fault = next(iter(outcome.standings.values())).fault
            raise TrainingError(f"No candidate could be trained: {fault}")
        measured = self._measured
        rows = table.ranked(
            candidates, measured.costs, measured.notes, outcome.standings, chosen=best
        )
        trained = self._contenders.finish(best, stopped=outcome.stopped)
        where = next(cost.where for cost in self._measured.costs.values())
        report = SearchReport(
            trained=trained,
            rows=rows,
            metric=self._contenders.metric,
            sign=self._contenders.sign,
            max_ms=self._plan.max_ms,
            seconds=self._spent,
            stopped=outcome.stopped,
            where=where or {},
        )
        text = json.dumps(report.record(), indent=1, ensure_ascii=False) + "\n"
        write_text(self._plan.json, text, force=True)
        lines = table.to_csv(rows, self._contenders.metric, self._contenders.sign)
        write_text(self._plan.csv, lines, force=True)
        return report
