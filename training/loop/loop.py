"""The training loop: stages and epochs of Keras' ``fit``, with the state on disk.

``fit`` is called once per epoch and the state is written between the calls. A training
that was killed can therefore go on, and gives the same curve.
"""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import TrainingError
from ..callbacks import TrainCallbacks
from ..job import Job, TrainingStage
from .checkpoint_values import assign, of_network, of_optimizers
from .epoch_callback import EpochStart, make_ticker
from .history_row import Row, line_of, refuse_nan
from .outcome import Outcome
from .state import State, Workspace


def run(
    job: Job,
    workspace: Workspace,
    *,
    resume: bool = False,
    max_seconds: float | None = None,
    callbacks: TrainCallbacks,
) -> Outcome:
    """Train, and leave the best weights in the network.

    Ctrl-C ends the training and keeps the best epoch so far; the state stays on disk
    for ``resume``.

    Args:
        job: Network, data and stages.
        workspace: The folder that keeps the state.
        resume: Go on from the state in it.
        max_seconds: Longest training time; the learning rate falls within it.
        callbacks: Its ``on_epoch`` and ``on_progress`` are called.

    Raises:
        TrainingError: The loss is not finite, nothing was learned before the
            interruption, or the state on disk is damaged or of another training.
    """
    if resume:
        workspace.check()
    else:
        workspace.begin()
    trained = _Run(job, workspace, max_seconds, callbacks)
    if resume:
        trained.state = workspace.read()
        trained.take_up()
    return trained.carry_out()


@dataclass
class _Run:
    job: Job
    workspace: Workspace
    max_seconds: float | None
    callbacks: TrainCallbacks
    state: State | None = None
    history: list[Row] = field(default_factory=list)
    epoch: int = 0
    seconds: float = 0.0
    stage_seconds: float = 0.0
    waited: int = 0
    best_epoch: int = 0
    best_score: float = math.nan
    best_loss: float = math.nan
    best: list[npt.NDArray[Any]] | None = None

    def take_up(self) -> None:
        """Restore the state from disk."""
        state = self.state
        if state is None:
            return
        self.history = list(state.history)
        self.epoch, self.seconds = state.epoch, state.seconds
        self.waited, self.best_epoch = state.waited, state.best_epoch
        self.best_score, self.best_loss = state.best_score, state.best_loss
        if self.best_epoch:
            self.best = self.workspace.read_best()

    def carry_out(self) -> Outcome:
        ended = "finished"
        try:
            for number, stage in enumerate(self.job.stages):
                if self.state is None or number >= self.state.stage:
                    ended = self._stage(number, stage)
        except KeyboardInterrupt:
            ended = "interrupted"
            if not self.epoch:
                raise TrainingError(
                    "The training was interrupted before its first epoch was over: "
                    "nothing is saved."
                ) from None
        if self.best is not None:
            self.job.model.set_weights(self.best)
        elif ended == "interrupted":
            assign(of_network(self.job.model), self.workspace.read().variables)
        return Outcome(
            epochs=self.epoch,
            best_epoch=self.best_epoch,
            seconds=self.seconds,
            ended=ended,
            history=tuple(self.history),
        )

    def _stage(self, number: int, stage: TrainingStage) -> str:
        job = self.job
        if stage.prepare is not None:
            stage.prepare(job.model)
        job.compile(job.model, job.optimizer())
        optimizers = job.optimizers(job.model)
        for optimizer in optimizers:
            if not optimizer.built:
                optimizer.build(job.model.trainable_variables)
        first = 0
        self.stage_seconds = 0.0
        if self.state is not None:
            first, self.stage_seconds = (
                self.state.stage_epoch,
                self.state.stage_seconds,
            )
            assign(of_network(job.model), self.state.variables)
            assign(of_optimizers(optimizers), self.state.optimizer)
            self.state = None
        else:
            self.waited = 0
        last = number + 1 == len(job.stages)
        limit = None
        if self.max_seconds is not None:
            limit = self.max_seconds - (self.seconds - self.stage_seconds)
            if not last:
                left = sum(item.epochs for item in job.stages[number:])
                limit *= stage.epochs / left
        for epoch in range(first, stage.epochs):
            over = self._epoch(number, stage, epoch, optimizers, limit)
            self.callbacks.on_epoch(
                line_of(
                    row=self.history[-1], job=job, stage=stage, best=self.best_epoch
                )
            )
            if over:
                return "time"
            if job.patience is not None and self.waited >= job.patience:
                return "early"
        return "finished"

    def _epoch(
        self,
        number: int,
        stage: TrainingStage,
        epoch: int,
        optimizers: Sequence[Any],
        limit: float | None,
    ) -> bool:
        """Train for one epoch; return whether the stage's time is over."""
        job, model = self.job, self.job.model
        if hasattr(job.train, "set_epoch"):
            job.train.set_epoch(self.epoch)
        began = time.monotonic()
        ticker = make_ticker(
            EpochStart(
                stage=stage,
                stage_epoch=epoch,
                batches=len(job.train),
                optimizers=optimizers,
                stage_seconds=self.stage_seconds,
                stage_limit=limit,
                epoch=self.epoch,
                epochs=job.epochs,
                seconds=self.seconds,
                max_seconds=self.max_seconds,
            ),
            self.callbacks,
        )
        logs = model.fit(
            job.train,
            epochs=1,
            verbose=0,
            shuffle=False,
            callbacks=[ticker],
            class_weight=dict(job.class_weights) if job.class_weights else None,
        ).history
        row: dict[str, float] = {
            "epoch": self.epoch + 1,
            "stage": number + 1,
            "learning_rate": ticker.rate,
            **{name: float(values[-1]) for name, values in logs.items()},
        }
        refuse_nan(row, stage)
        if job.validation is not None:
            validation = model.evaluate(job.validation, verbose=0, return_dict=True)
            row.update({f"val_{name}": float(v) for name, v in validation.items()})
        if job.measure is not None:
            row.update({k: float(v) for k, v in job.measure(model).items()})
        with _uninterrupted():
            self.epoch += 1
            self._judge(row)
            # ``fit`` leaves the moving average in the network; training needs the plain
            # weights.
            ticker.restore()
            spent = time.monotonic() - began
            self.seconds += spent
            self.stage_seconds += spent
            row["seconds"] = round(self.seconds, 2)
            self.history.append(row)
            if job.each_epoch is not None:
                job.each_epoch(model, self.epoch)
            self._keep(number, epoch + 1, optimizers)
        return bool(ticker.time_is_over)

    def _judge(self, row: Row) -> None:
        job = self.job
        if job.monitor is None:
            return
        if job.monitor not in row:
            known = ", ".join(sorted(row))
            raise ValueError(f"monitor {job.monitor!r} is none of {known}.")
        score = row[job.monitor] if job.mode == "max" else -row[job.monitor]
        loss = row.get("val_loss", row.get("loss", 0.0))
        # Small sets often give equal scores; the lower loss is then better.
        even = score == self.best_score and loss < self.best_loss
        if not self.best_epoch or score > self.best_score or even:
            self.waited = self.waited + 1 if even else 0
            self.best_score, self.best_loss = score, loss
            self.best_epoch = self.epoch
            self.best = job.model.get_weights()
            self.workspace.write_best(self.best)
        else:
            self.waited += 1

    def _keep(self, stage: int, stage_epoch: int, optimizers: Sequence[Any]) -> None:
        self.workspace.write(
            State(
                stage=stage,
                epoch=self.epoch,
                stage_epoch=stage_epoch,
                seconds=self.seconds,
                stage_seconds=self.stage_seconds,
                waited=self.waited,
                best_epoch=self.best_epoch,
                best_score=self.best_score,
                best_loss=self.best_loss,
                history=tuple(self.history),
                variables=[np.asarray(v) for v in of_network(self.job.model)],
                optimizer=[np.asarray(v) for v in of_optimizers(optimizers)],
            )
        )


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Delay Ctrl-C until weights, best weights and curve on disk agree."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
