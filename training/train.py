"""Train a network on a folder of data: :func:`train`.

Start reading here. ``data_kind`` says what the data are, a task of ``TASKS`` turns them
into a :class:`~.job.Job`, ``loop`` runs it, ``saving`` writes file and card.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

import cv2

from .. import __version__
from ..converters.datasets import ReadingTime, reading_within
from ..errors import OutputExistsError, TrainingError, unknown_name
from ..files import hold_name, refuse_existing, write_bytes, write_text
from ..registry import resolve
from .callbacks import NO_CALLBACKS, TrainCallbacks
from .data import DataKind, find_data
from .job import Job
from .keras_import import load_keras
from .loop import Outcome, Workspace, draw_curves, history_csv, loop, save
from .next_commands import next_commands
from .request import TrainReport, TrainRequest
from .tasks import TASKS, Task

# Choices that do not change the curve of a training.
_FREE: Final = ("output", "download", "resume", "force", "max_seconds", "options")


def train(
    request: TrainRequest, *, callbacks: TrainCallbacks = NO_CALLBACKS
) -> TrainReport:
    """Train a network and write it, with its card, as a ``.keras`` file.

    Beside it come ``NAME.curves.png`` and ``NAME.history.csv``; a folder
    ``NAME.training`` holds the state until the training is over.

    Args:
        request: Data, output and choices.
        callbacks: Called while the training runs.

    Raises:
        TrainingError: The data or the weights cannot be used, the training diverged, or
            another process trains for the same output.
        OutputExistsError: An output exists, or an interrupted training does, and
            neither ``force`` nor ``resume`` says what to do.
        MissingDependencyError: TensorFlow is not installed.
        ValueError: A choice is unknown or out of range.
    """
    with hold_name(request.output, error=TrainingError):
        return _train(request, callbacks)


def _train(request: TrainRequest, callbacks: TrainCallbacks) -> TrainReport:
    data, task = find_task(request)
    callbacks.on_note(f"{data.task}: {data.evidence}")
    _check_outputs(request)
    load_keras().utils.set_random_seed(request.seed)
    with reading_within(request.max_seconds) as reading:
        job = task.prepare(request, data, callbacks)
    for text in job.warnings:
        callbacks.on_warning(text)
    workspace = Workspace(request.workspace, plan_of(request, data, job))
    if request.resume:
        callbacks.on_note(f"going on with the training in {request.workspace}")
    outcome = loop.run(
        job,
        workspace,
        resume=request.resume,
        max_seconds=_left(request.max_seconds, reading),
        callbacks=callbacks,
    )
    report = finish(request, data, job, outcome)
    if outcome.ended != "interrupted":
        workspace.remove()
    return report


def _left(seconds: float | None, reading: ReadingTime) -> float | None:
    """Return the seconds that are left for training; one step is always taken."""
    return None if seconds is None else max(0.0, seconds - reading.seconds)


def finish(
    request: TrainRequest, data: DataKind, job: Job, outcome: Outcome
) -> TrainReport:
    """Write the network with its card, the curves and the table beside it.

    Args:
        request: The choices of the training.
        data: The kind of the data.
        job: The training; its network has the weights that are kept.
        outcome: The outcome of the training.

    Raises:
        TrainingError: A file cannot be written.
    """
    saved = job.saved(job.model)
    card = replace(
        job.card,
        name=request.output.stem,
        provenance={
            **job.card.provenance,
            "training": {
                "edgevision": __version__,
                "keras": load_keras().__version__,
                "architecture": job.arch,
                "width": request.width,
                "seed": request.seed,
                "epochs": outcome.epochs,
            },
        },
    )
    save(saved, request.output, card, trained_on=job.trained_on())
    files = _write_curves(request, outcome)
    return TrainReport(
        path=request.output,
        task=data.task,
        evidence=data.evidence,
        arch=job.arch,
        parameters=int(saved.count_params()),
        epochs=outcome.epochs,
        best_epoch=outcome.best_epoch,
        seconds=round(outcome.seconds, 2),
        ended=outcome.ended,
        metrics=_metrics(job, outcome),
        labels=job.card.output.labels,
        history=outcome.history,
        facts=job.facts,
        files=files,
        warnings=job.warnings,
        next_commands=next_commands(request, data, outcome.ended),
    )


def preview(
    request: TrainRequest, path: Path, *, callbacks: TrainCallbacks = NO_CALLBACKS
) -> Path:
    """Write a contact sheet of pictures as the network would see them, and no network.

    Args:
        request: As for :func:`train`.
        path: The ``.png`` to write.
        callbacks: Called while the pictures are read.

    Raises:
        TrainingError: The data cannot be used.
        OutputExistsError: The file exists and ``force`` is not given.
    """
    if path.suffix.lower() != ".png":
        raise ValueError(f"the preview's name must end in .png, got {str(path)!r}.")
    if not path.parent.is_dir():
        raise TrainingError(
            f"Cannot write {path}: the folder {path.parent} does not exist."
        )
    refuse_existing(path, force=request.force)
    data, task = find_task(request)
    callbacks.on_note(f"{data.task}: {data.evidence}")
    load_keras().utils.set_random_seed(request.seed)
    sheet = task.preview(request, data, callbacks)
    _, encoded = cv2.imencode(".png", sheet)
    write_bytes(path, encoded.tobytes(), force=request.force)
    return path


def find_task(request: TrainRequest) -> tuple[DataKind, Task]:
    """Return what the data are and the task that trains on them.

    Raises:
        TrainingError: The data are of no known kind, or of several.
        ValueError: There is no such task or architecture.
    """
    data = find_data(request.data, request.task, known=tuple(TASKS))
    if data.task not in TASKS:
        raise TrainingError(
            f"{request.data} holds data for {data.task} ({data.evidence}), which this "
            f"EdgeVision does not train. It trains: {', '.join(sorted(TASKS))}."
        )
    task: Task = resolve("task", data.task, TASKS)()
    if request.arch is not None and request.arch not in task.architectures:
        raise ValueError(
            unknown_name(f"{data.task} network", request.arch, task.architectures)
        )
    return data, task


def check_folder(request: TrainRequest) -> None:
    """Refuse an output whose folder does not exist."""
    output = request.output
    if not output.parent.is_dir():
        raise TrainingError(
            f"Cannot write {output}: the folder {output.parent} does not exist."
        )
    if output.is_dir():
        raise TrainingError(
            f"Cannot write {output}: it is a folder. Choose another output."
        )


def _check_outputs(request: TrainRequest) -> None:
    workspace, output = request.workspace, request.output
    check_folder(request)
    begun = (workspace / "state.npz").is_file()
    if request.resume:
        if not begun:
            raise TrainingError(
                f"There is nothing to go on with: {workspace} holds no state of an "
                "interrupted training. Leave --resume out."
            )
        return
    if begun and not request.force:
        raise OutputExistsError(
            f"{workspace} holds an interrupted training. Pass --resume to go on with "
            "it, or --force to begin anew."
        )
    for path in (output, request.curves, request.history):
        refuse_existing(path, force=request.force)


def plan_of(request: TrainRequest, data: DataKind, job: Job) -> dict[str, Any]:
    """Return what decides the course of a training, as plain JSON types."""
    return {
        **choices_of(request),
        "task": data.task,
        "arch": job.arch,
        "stages": [[s.name, s.epochs, s.learning_rate] for s in job.stages],
        "batches": len(job.train),
        "data digest": job.facts.get("digest", ""),
    }


def choices_of(request: TrainRequest) -> dict[str, Any]:
    """Return the choices that decide the course of a training, as plain JSON types."""
    return {
        name: str(value) if isinstance(value, Path) else value
        for name, value in asdict(request).items()
        if name not in _FREE
    }


def _write_curves(request: TrainRequest, outcome: Outcome) -> dict[str, Path]:
    write_text(request.history, history_csv(outcome.history), force=True)
    picture = draw_curves(
        outcome.history, title=request.output.name, best_epoch=outcome.best_epoch
    )
    write_bytes(request.curves, picture, force=True)
    return {"curves": request.curves, "history": request.history}


def _metrics(job: Job, outcome: Outcome) -> dict[str, float]:
    """Return the numbers of the epoch whose weights were kept."""
    kept = outcome.history[(outcome.best_epoch or outcome.epochs) - 1]
    return {words: kept[name] for name, words in job.metrics.items() if name in kept}
