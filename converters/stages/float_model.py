"""The float model checked on pictures whose class is known, before anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ...errors import VerificationError
from ..progress import Journal
from ..verify import check_float, float_answers, scorer_for
from .scaled_input import ScaleLook

if TYPE_CHECKING:
    from .prepared import Prepared

# A model that is right more often than this has most likely the right scale, and the
# look at others would cost time.
_GOOD: Final = 0.6


def check_float_model(
    prepared: Prepared, look: ScaleLook | None, journal: Journal
) -> None:
    """Check the float model on pictures whose class is known.

    Args:
        prepared: The model and its verification pictures.
        look: The model and a few pictures, to compare scales with.
        journal: Steps and warnings go here.

    Raises:
        VerificationError: It is no better than always naming one class; its table shows
            what it says under each scale.
    """
    plan, images = prepared.input, prepared.samples.images
    truth = prepared.truth.classes
    if not truth or plan is None or images is None:
        return
    journal.step("float")
    scorer = scorer_for(
        prepared.outputs, prepared.frozen.output_shapes, None, prepared.input_size
    )
    answers = float_answers(
        images, plan.card, prepared.predict, scorer, journal.advance
    )
    try:
        warning = check_float(
            answers,
            truth,
            normalize=str(plan.to_dict()["name"]),
            color=plan.card.color,
        )
    except VerificationError as error:
        if look is not None:
            error.table = look.table(images)
        raise
    if warning:
        journal.warn(warning)
        return
    share = float(np.mean(np.asarray(answers) == np.asarray(truth)))
    if look is None or share >= _GOOD:
        return
    better = look.better_scale(plan, images)
    if better is not None:
        journal.warn(
            f"The float model is right on {share:.1%} of the pictures. {better}"
        )
