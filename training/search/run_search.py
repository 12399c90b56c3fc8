"""Search for the best network under a latency budget: :func:`search`.

Start reading here. Every candidate is built untrained, converted and timed on this
device (``latency``); those above the budget go before anything is trained, the others
compete (``halving``), and the best one becomes the output as if it had been trained
alone.
"""

from __future__ import annotations

import json
import math
import os
import platform
import time
from dataclasses import replace
from typing import Any

from ...errors import TrainingError, unknown_name
from ...files import refuse_existing, write_text
from ..data import DataKind
from ..job import Job
from ..keras_import import load_keras
from ..loop import Workspace, loop
from ..next_commands import picture_folder
from ..request import Listener, TrainEvent, TrainReport, TrainRequest, silent
from ..tasks import Task
from ..train import check_folder, choices_of, find_task, finish, plan_of
from . import table
from .halving import Contest, Interrupted, Progress, Standing, contest
from .measuring import Measurements
from .plan import Candidate, SearchPlan, usual_sizes
from .report import SearchReport
from .state import SearchFolder, SearchState
from .teller import Teller

_LEAST_SECONDS = 1.0


def search(plan: SearchPlan, *, tell: Listener = silent) -> SearchReport:
    """Train the best network that is quick enough on this device.

    Beside the output and what a training leaves come ``NAME.search.json`` and
    ``NAME.search.csv``. Ctrl-C keeps the best network so far. A search that was killed
    goes on with ``resume``: what is measured and trained stays so.

    Args:
        plan: What is tried, and what it may cost.
        tell: Told what happens.

    Raises:
        BudgetError: No candidate is within the budget.
        TrainingError: The data cannot be used, nothing was learned, or what is to go on
            was another search.
        OutputExistsError: An output, or an interrupted search, exists and neither
            ``force`` nor ``resume`` says what to do.
        MissingDependencyError: TensorFlow is not installed.
        ValueError: A choice is unknown or out of range.
    """
    return _Search(plan, tell).carry_out()


class _Search:
    def __init__(self, plan: SearchPlan, tell: Listener) -> None:
        self._plan = plan
        self._began = time.monotonic()
        self._tell = Teller(tell)
        self._measured = Measurements()
        self._folder = SearchFolder(plan.workspace)
        self._state = SearchState()
        self._spent_before = 0.0
        self._by_name: dict[str, Candidate] = {}
        self._metric, self._sign = "", 1.0
        self._digest: Any = ""
        self._data: DataKind
        self._task: Task

    def carry_out(self) -> SearchReport:
        request = self._plan.request
        self._data, self._task = find_task(request)
        self._tell.note(f"{self._data.task}: {self._data.evidence}")
        for arch in self._plan.archs:
            if arch not in self._task.architectures:
                kind = f"{self._data.task} network"
                raise ValueError(unknown_name(kind, arch, self._task.architectures))
        check_folder(request)
        self._folder.check(resume=request.resume, force=request.force)
        load_keras()
        if request.resume:
            found = self._candidates()
            self._take_up(found)  # what is of another search stays as it lies
            return self._settle(found)
        for path in (request.output, self._plan.json, self._plan.csv):
            refuse_existing(path, force=request.force)
        self._folder.make()
        try:
            found = self._candidates()
            self._folder.begin(self._described())
        except BaseException:
            self._folder.remove()  # nothing is in it yet
            raise
        return self._settle(found)

    def _settle(self, found: list[Candidate]) -> SearchReport:
        """Compete; where the output cannot be written, leave what was trained."""
        try:
            report = self._compete(found)
        except BaseException:
            progress = self._state.progress
            if progress is None or not progress.standings:
                self._folder.remove()
            raise
        self._folder.remove()
        return report

    def _compete(self, found: list[Candidate]) -> SearchReport:
        """Measure what is not measured, train the quick ones, write down the best."""
        self._by_name = {candidate.name: candidate for candidate in found}
        try:
            if self._state.progress is None:
                self._measured.take(
                    found,
                    self._plan,
                    str(picture_folder(self._data)),
                    prepare=self._prepare,
                    spent=lambda: self._spent,
                    keep=self._keep,
                    teller=self._tell,
                )
        except KeyboardInterrupt:
            raise TrainingError(
                "The search was interrupted before anything was trained: nothing "
                "is saved."
            ) from None
        alive = self._measured.within(self._plan.max_ms, found)
        went = contest(
            [candidate.name for candidate in alive],
            self._train,
            deadline=self._began + self._plan.max_seconds - self._spent_before,
            clock=time.monotonic,
            tell=self._tell.note,
            after=self._say,
            before=self._state.progress,
            keep=self._keep,
        )
        return self._close(found, went)

    def _take_up(self, found: list[Candidate]) -> None:
        """Stand where the search on disk stands."""
        self._state = state = self._folder.take_up(self._described())
        self._spent_before = state.seconds
        by_name = {candidate.name: candidate for candidate in found}
        strange = sorted({*state.costs, *state.notes} - by_name.keys())
        if strange:
            raise TrainingError(
                f"The state in {self._plan.workspace} is damaged: no network of this "
                f"search is called {strange[0]!r}. Pass --force to begin anew."
            )
        self._measured = Measurements(
            {by_name[name]: cost for name, cost in state.costs.items()},
            {by_name[name]: note for name, note in state.notes.items()},
        )
        measured = len(self._measured.costs)
        trained = 0 if state.progress is None else len(state.progress.standings)
        self._tell.note(
            f"going on with the search in {self._plan.workspace}: {measured} of "
            f"{len(found)} networks are measured, {trained} trained, "
            f"{state.seconds:.0f} s spent"
        )

    def _described(self) -> dict[str, Any]:
        """Return what decides the course of the search, as plain JSON types."""
        plan = self._plan
        return {
            **choices_of(plan.request),
            "task": self._data.task,
            "max_ms": plan.max_ms,
            "archs": plan.archs,
            "widths": plan.tried_widths,
            "input_sizes": plan.input_sizes,
            "threads": plan.threads,
            "data digest": self._digest,
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

    def _candidates(self) -> list[Candidate]:
        """Return what is tried; this also reads the data, and what judges them."""
        plan = self._plan
        found: list[Candidate] = []
        for arch in plan.archs or (plan.request.arch,):
            request = replace(
                plan.request,
                arch=arch,
                width=plan.tried_widths[0],
                input_size=plan.input_sizes[0] if plan.input_sizes else None,
            )
            job = self._prepare(request)
            self._metric, self._sign = _judged_by(job, self._data.task)
            self._digest = job.facts.get("digest", "")
            for text in job.warnings if not found else ():
                self._tell.warn(text)
            if arch is None and job.arch in self._task.architectures:
                arch = job.arch
            card = job.card.input
            sizes = plan.input_sizes
            if not sizes and card is not None:
                sizes = usual_sizes((card.width, card.height))
            found += [
                Candidate(job.arch, arch, width, size)
                for width in plan.tried_widths
                for size in sizes
            ]
        # Small ones first: what is larger than one above the budget is not measured.
        return sorted(found, key=lambda candidate: candidate.work)

    def _prepare(self, request: TrainRequest) -> Job:
        load_keras().utils.set_random_seed(request.seed)
        return self._task.prepare(request, self._data, self._tell.only_progress)

    def _train(self, name: str, until: float, before: Standing | None) -> Standing:
        """Train one candidate further; see :class:`~.halving.Train`."""
        candidate = self._by_name[name]
        request = candidate.request(self._plan)
        done = before or Standing(-math.inf)
        job = self._prepare(request)
        workspace = Workspace(request.workspace, plan_of(request, self._data, job))
        left = max(_LEAST_SECONDS, until - time.monotonic())

        def tell(event: TrainEvent) -> None:
            if event.kind in ("progress", "epoch"):
                self._tell.progress(f"{name}: {event.text}")

        try:
            # A search that was killed may have trained on since it wrote down where.
            begun = workspace.exists()
            spent = workspace.read().seconds if begun else 0.0
            went = loop.run(
                job,
                workspace,
                resume=begun,
                max_seconds=spent + left,
                tell=tell,
            )
        except TrainingError as error:
            if isinstance(error.__context__, KeyboardInterrupt):
                raise KeyboardInterrupt from error
            self._measured.notes[candidate] = str(error)
            self._tell.warn(f"{name}: {error}")
            return Standing(-math.inf, done.seconds, done.rounds, True, str(error))
        kept = went.history[went.best_epoch - 1][str(job.monitor)]
        standing = Standing(
            score=self._sign * kept,
            seconds=went.seconds,
            rounds=done.rounds + 1,
            over=went.ended in ("finished", "early"),
        )
        if went.ended == "interrupted":
            raise Interrupted(standing)
        return standing

    def _say(self, name: str, standing: Standing) -> None:
        if not standing.fault:
            self._tell.note(
                f"{name}: {self._metric} {self._sign * standing.score:.4g} after "
                f"{standing.seconds:.0f} s"
            )

    def _close(self, found: list[Candidate], went: Contest) -> SearchReport:
        best = went.best()
        if best is None and went.stopped:
            raise TrainingError(
                "The search was interrupted before anything was learned: nothing is "
                "saved."
            )
        if best is None:
            fault = next(iter(went.standings.values())).fault
            raise TrainingError(f"No candidate could be trained: {fault}")
        measured = self._measured
        rows = table.ranked(
            found, measured.costs, measured.notes, went.standings, chosen=best
        )
        trained = self._finish(self._by_name[best], went)
        where = next(cost.where for cost in self._measured.costs.values())
        report = SearchReport(
            trained=trained,
            rows=rows,
            metric=self._metric,
            sign=self._sign,
            max_ms=self._plan.max_ms,
            seconds=self._spent,
            stopped=went.stopped,
            where=where or {},
        )
        text = json.dumps(report.record(), indent=1, ensure_ascii=False) + "\n"
        write_text(self._plan.json, text, force=True)
        lines = table.to_csv(rows, self._metric, self._sign)
        write_text(self._plan.csv, lines, force=True)
        return report

    def _finish(self, candidate: Candidate, went: Contest) -> TrainReport:
        """Write the output, as a training of this candidate alone would have."""
        plan = self._plan
        request = candidate.request(plan)
        job = self._prepare(request)
        workspace = Workspace(request.workspace, plan_of(request, self._data, job))
        state = workspace.read()
        job.model.set_weights(workspace.read_best())
        outcome = loop.Outcome(
            epochs=state.epoch,
            best_epoch=state.best_epoch,
            seconds=state.seconds,
            ended="interrupted" if went.stopped else "finished",
            history=state.history,
        )
        report = finish(
            replace(request, output=plan.request.output), self._data, job, outcome
        )
        files = {**report.files, "search": plan.json, "table": plan.csv}
        # The states are gone: there is no training to go on with.
        commands = tuple(c for c in report.next_commands if "--resume" not in c)
        return replace(report, files=files, next_commands=commands)


def _judged_by(job: Job, task: str) -> tuple[str, float]:
    """Return the words for a job's deciding number, and 1 or -1 if less is better."""
    if job.monitor is None:
        raise TrainingError(
            f"A search needs a number from held-out data to choose by, and {task} has "
            "none. Train without --search."
        )
    words = job.metrics.get(job.monitor, job.monitor.removeprefix("val_"))
    return words, 1.0 if job.mode == "max" else -1.0
