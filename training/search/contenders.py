"""The candidates of a search as trainings: built, trained a little further, saved."""

from __future__ import annotations

import math
import time
from collections.abc import MutableMapping
from dataclasses import replace
from typing import Any, Final

from ...errors import TrainingError
from ..callbacks import TrainCallbacks
from ..data import DataKind
from ..job import Job
from ..keras_import import load_keras
from ..loop import Outcome, Workspace, loop
from ..request import TrainReport, TrainRequest
from ..tasks import Task
from ..train import finish, plan_of
from .halving import Interrupted, Standing
from .plan import Candidate, SearchPlan, usual_sizes

_LEAST_SECONDS: Final = 1.0


class Contenders:
    """The candidates of one search.

    Args:
        plan: The search.
        data: The data that all of them learn from.
        task: What they learn.
        callbacks: Called with warnings and progress.
        notes: Gets the reason why a candidate cannot be trained.

    Attributes:
        data: As above.
        metric: The words for the number that decides.
        sign: 1 where more of it is better, -1 where less is.
        digest: Digest of the data.
    """

    def __init__(
        self,
        plan: SearchPlan,
        data: DataKind,
        task: Task,
        callbacks: TrainCallbacks,
        notes: MutableMapping[Candidate, str],
    ) -> None:
        self.data = data
        self.metric, self.sign = "", 1.0
        self.digest: Any = ""
        self._plan = plan
        self._task = task
        self._callbacks = callbacks
        self._notes = notes
        self._by_name: dict[str, Candidate] = {}

    def read(self) -> list[Candidate]:
        """Read the data; return all candidates, small ones first.

        Raises:
            TrainingError: The data cannot be used, or the task has no number that could
                decide.
        """
        plan = self._plan
        candidates: list[Candidate] = []
        for arch in plan.archs or (plan.request.arch,):
            request = replace(
                plan.request,
                arch=arch,
                width=plan.tried_widths[0],
                input_size=plan.input_sizes[0] if plan.input_sizes else None,
            )
            job = self.prepare(request)
            self.metric, self.sign = _deciding_number(job, self.data.task)
            self.digest = job.facts.get("digest", "")
            for text in job.warnings if not candidates else ():
                self._callbacks.on_warning(text)
            if arch is None and job.arch in self._task.architectures:
                arch = job.arch
            card = job.card.input
            sizes = plan.input_sizes
            if not sizes and card is not None:
                sizes = usual_sizes((card.width, card.height))
            candidates += [
                Candidate(job.arch, arch, width, size)
                for width in plan.tried_widths
                for size in sizes
            ]
        self._by_name = {candidate.name: candidate for candidate in candidates}
        # Small ones first: what is larger than one above the budget is not measured.
        return sorted(candidates, key=lambda candidate: candidate.work)

    def prepare(self, request: TrainRequest) -> Job:
        """Return the training of one candidate, with fresh weights."""
        load_keras().utils.set_random_seed(request.seed)
        return self._task.prepare(request, self.data, self._callbacks.only_progress)

    def train(self, name: str, until: float, before: Standing | None) -> Standing:
        """Train one candidate further; see :class:`~.halving.Train`."""
        candidate = self._by_name[name]
        request = candidate.request(self._plan)
        done = before or Standing(-math.inf)
        job = self.prepare(request)
        workspace = Workspace(request.workspace, plan_of(request, self.data, job))
        left = max(_LEAST_SECONDS, until - time.monotonic())

        def on_line(line: str) -> None:
            self._callbacks.on_progress(f"{name}: {line}")

        try:
            # A search that was killed may have trained on since it wrote down where.
            begun = workspace.exists()
            spent = workspace.read().seconds if begun else 0.0
            outcome = loop.run(
                job,
                workspace,
                resume=begun,
                max_seconds=spent + left,
                callbacks=TrainCallbacks(on_epoch=on_line, on_progress=on_line),
            )
        except TrainingError as error:
            if isinstance(error.__context__, KeyboardInterrupt):
                raise KeyboardInterrupt from error
            self._notes[candidate] = str(error)
            self._callbacks.on_warning(f"{name}: {error}")
            return Standing(-math.inf, done.seconds, done.rounds, True, str(error))
        kept = outcome.history[outcome.best_epoch - 1][str(job.monitor)]
        standing = Standing(
            score=self.sign * kept,
            seconds=outcome.seconds,
            rounds=done.rounds + 1,
            over=outcome.ended in ("finished", "early"),
        )
        if outcome.ended == "interrupted":
            raise Interrupted(standing)
        return standing

    def finish(self, name: str, *, stopped: bool) -> TrainReport:
        """Write the output, as a training of this candidate alone would have.

        Args:
            name: The candidate's.
            stopped: The search was interrupted.
        """
        plan = self._plan
        request = self._by_name[name].request(plan)
        job = self.prepare(request)
        workspace = Workspace(request.workspace, plan_of(request, self.data, job))
        state = workspace.read()
        job.model.set_weights(workspace.read_best())
        outcome = Outcome(
            epochs=state.epoch,
            best_epoch=state.best_epoch,
            seconds=state.seconds,
            ended="interrupted" if stopped else "finished",
            history=state.history,
        )
        report = finish(
            replace(request, output=plan.request.output), self.data, job, outcome
        )
        files = {**report.files, "search": plan.json, "table": plan.csv}
        # The states are gone: there is no training to go on with.
        commands = tuple(c for c in report.next_commands if "--resume" not in c)
        return replace(report, files=files, next_commands=commands)


def _deciding_number(job: Job, task: str) -> tuple[str, float]:
    """Return the words for a job's deciding number, and 1 or -1 if less is better."""
    if job.monitor is None:
        raise TrainingError(
            f"A search needs a number from held-out data to choose by, and {task} has "
            "none. Train without --search."
        )
    words = job.metrics.get(job.monitor, job.monitor.removeprefix("val_"))
    return words, 1.0 if job.mode == "max" else -1.0
