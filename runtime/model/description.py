"""How a model is run, as plain JSON types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..labels import depth_of

if TYPE_CHECKING:
    from .model import Model


def description(model: Model) -> dict[str, Any]:
    """Return how a model is run and why.

    Args:
        model: An open model.
    """
    card, used = model.card, model.interpreter
    return {
        "name": card.name,
        "task": card.task,
        "decoder": card.output.decoder,
        "options": dict(card.output.options),
        "labels": len(card.output.labels),
        "levels": depth_of(card.output.labels, card.output.hierarchy),
        "input": card.to_dict()["input"],
        "pixels": model.preprocessor.step if model.preprocessor else None,
        "backend": used.backend,
        "backend_version": used.backend_version,
        "delegate": used.delegate,
        "threads": used.threads,
        "thread_choice": used.thread_choice,
        "evidence": dict(model.evidence),
        "assumptions": list(model.assumptions),
        "check": model.check,
    }
