"""Several heads: one plan of the outputs for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...errors import ConversionError, unknown_name
from ...runtime.decoders import decoder_of_task, read_heads
from ..options import ConvertOptions
from .class_labels import class_count
from .output_plan import OutputPlan, plan_outputs
from .task import Decision, ModelFacts, decide, question
from .value_plan import value_names

TASK = "multi-task"
DECODER = "heads"
# What one output of a network with several heads can be.
HEAD_TASKS = (
    *("classification", "values", "text", "embedding", "segmentation", "image"),
)


def plan_heads(
    model: ModelFacts,
    output_names: Sequence[str],
    options: ConvertOptions,
    on_note: Callable[[str], None],
) -> OutputPlan | None:
    """Return a plan with one head per output, where the outputs are of several tasks.

    Args:
        model: What is known of the model.
        output_names: What the trained model calls its outputs.
        options: task, decoder, heads and labels are used.
        on_note: Called with a sentence about what is assumed.

    Returns:
        The plan; None means that the model has one output, or that the outputs belong
        together.

    Raises:
        ConversionError: An output's task is neither proven nor said, or a head's name
            or labels do not fit.
    """
    wanted = options.heads or {}
    asked = bool(wanted) or options.task == TASK
    if not asked and (
        options.task is not None
        or options.decoder not in (None, DECODER)
        or "heads" in (options.decoder_options or {})
        or len(model.outputs) < 2
    ):
        return None
    names = _short_names(output_names)
    unknown = next((name for name in wanted if name not in names), None)
    if unknown is not None:
        raise ConversionError(unknown_name("output", unknown, names))
    parts = [
        replace(model, outputs=(output,), labels=0, folders=0)
        for output in model.outputs
    ]
    decisions = [decide(part) for part in parts]
    together = decide(model)
    if not asked and not _are_heads(together, decisions):
        if together.only is None and together.readings:
            raise ConversionError(_question_of_all(names, model, together))
        return None
    heads: list[dict[str, Any]] = []
    evidence: dict[str, str] = {}
    for position, (name, part) in enumerate(zip(names, parts, strict=True)):
        wish = wanted.get(name, {})
        if not wish and decisions[position].only is None:
            raise ConversionError(_question(name, part, decisions[position]))
        plan = _plan_one(part, name, wish, options, on_note)
        evidence[name] = f"{plan.task} ({plan.evidence['task']})"
        heads.append(
            {
                "name": name,
                "decoder": plan.decoder,
                "outputs": [position],
                **({"options": dict(plan.options)} if plan.options else {}),
                **({"labels": list(plan.labels)} if plan.labels else {}),
            }
        )
    words = "; ".join(f"{name}: {text}" for name, text in evidence.items())
    if options.labels is not None:
        raise ConversionError(
            f"The model has {len(names)} heads, each with labels of its own, so "
            "--labels fits none. Pass --head NAME=classification:LABELS.txt for the "
            f"head that they belong to ({', '.join(names)})."
        )
    return OutputPlan(
        TASK,
        DECODER,
        {**(options.decoder_options or {}), "heads": heads},
        evidence={"task": words},
    )


def head_plans(
    plan: OutputPlan, shapes: Sequence[tuple[int, ...]]
) -> list[tuple[OutputPlan, tuple[int, ...]]]:
    """Return the plan of each head, and the positions of its outputs.

    Args:
        plan: A plan with the decoder ``heads``.
        shapes: Of the model's outputs, batch axis included.
    """
    return [
        (
            OutputPlan(
                head.task,
                head.decoder,
                dict(head.options),
                head.labels,
                class_count(head.task, shapes[head.outputs[0]]),
            ),
            head.outputs,
        )
        for head in read_heads(plan.options["heads"])
    ]


def _plan_one(
    part: ModelFacts,
    name: str,
    wish: Mapping[str, Any],
    options: ConvertOptions,
    on_note: Callable[[str], None],
) -> OutputPlan:
    """Return the plan of one head, by the caller's word or by evidence."""
    _check_task(name, wish.get("task"))
    labels = tuple(wish["labels"]) if wish.get("labels") else None
    own = replace(
        options,
        task=wish.get("task"),
        decoder=None,
        decoder_options=wish.get("options"),
        labels=labels,
        hierarchy=None,
        heads=None,
    )
    plan = plan_outputs(
        replace(part, labels=len(labels or ())),
        own,
        (),
        lambda text: on_note(f"{name}: {text}"),
        stated="--head",
    )
    plan = replace(plan, decoder=plan.decoder or decoder_of_task(plan.task))
    _check_task(name, plan.task)
    values = [output.values for output in part.outputs]
    if plan.decoder == "values" and values[0].size == len(values[0]) and not labels:
        # A single number is what its output is called.
        plan = replace(plan, options={"names": [name], **plan.options})
    return value_names(plan, [name], values)


def _check_task(name: str, task: str | None) -> None:
    if task is not None and task not in HEAD_TASKS:
        raise ConversionError(
            f"The output '{name}' cannot be a head for {task or 'an unknown task'}; a "
            f"head's task is one of {', '.join(HEAD_TASKS)}. Pass --head NAME=TASK."
        )


def _are_heads(together: Decision, apart: Sequence[Decision]) -> bool:
    """Return whether outputs are of tasks of their own, and not parts of one."""
    if together.only is not None:
        return False
    tasks = [item.only.task for item in apart if item.only is not None]
    return len(tasks) == len(apart) and set(tasks) <= set(HEAD_TASKS)


def _question(name: str, part: ModelFacts, decision: Decision) -> str:
    shape = "x".join(map(str, (1, *part.outputs[0].shape)))
    known = [item.task for item in decision.readings if item.task in HEAD_TASKS]
    tasks = " or ".join(f"--head {name}={task}" for task in known or HEAD_TASKS)
    return (
        f"The output '{name}' ({shape}) does not prove what it is "
        f"({decision.source or 'the file states no loss'}). Pass {tasks}."
    )


def _question_of_all(
    names: Sequence[str], model: ModelFacts, decision: Decision
) -> str:
    each = " ".join(f"--head {name}=TASK" for name in names)
    return (
        f"{question(model, decision)} Or say what each output is: {each} (TASK: "
        f"{', '.join(HEAD_TASKS)})."
    )


def _short_names(names: Sequence[str]) -> list[str]:
    """Return the outputs' names, made different where two are the same."""
    seen: dict[str, int] = {}
    texts = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        texts.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return texts
