"""Which task a model has: what is known of its outputs, and the rules that read it.

What lives here: facts about outputs as data, and pure functions from facts to the tasks
that remain. What may not: TensorFlow, decoders' options that are not evidence. Start
reading at ``task_decision.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .model_facts import ModelFacts, OutputFacts
    from .reading import Decision, Reading
    from .task_decision import decide, question
    from .vector_rules import activation_for
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "model_facts": "ModelFacts OutputFacts",
            "reading": "Decision Reading",
            "task_decision": "decide question",
            "vector_rules": "activation_for",
        },
    )
