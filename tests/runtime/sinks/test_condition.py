"""Conditions hold for results of every kind that has items."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.event import Event
from edgevision.runtime.results.embedding import Embedding
from edgevision.runtime.results.generation import Generation
from edgevision.runtime.results.poses import Poses
from edgevision.runtime.sinks.condition import Condition
from edgevision.runtime.timing import Timing
from support.streams import blank, classes

F32 = np.float32
ADA = Embedding(np.zeros(4, F32), "ada", 0.75)
PERSON = Poses(np.zeros((1, 17, 2), F32), np.zeros((1, 17), F32), np.array([0.5], F32))


@pytest.mark.parametrize(
    ("result", "text", "holds"),
    [
        (classes((1, 0.5), (2, 0.25)), "label:class 1,score:0.5", True),
        (classes((1, 0.5), (2, 0.25)), "label:class 2,score:0.5", False),
        (ADA, "label:ada,score:0.7", True),
        (ADA, "label:ada,score:0.8", False),
        (PERSON, "label:person", True),
        (PERSON, "score:0.6", False),
        # Nothing in it, so no label and no score.
        (Embedding(np.zeros(4, F32)), "label:ada", False),
        (Generation(np.zeros((1, 2, 2, 3), np.uint8)), "score:0.0", False),
        (Generation(np.zeros((1, 2, 2, 3), np.uint8)), "", True),
    ],
)
def test_a_condition_asks_for_labels_and_scores(result, text, holds):
    event = Event(blank(), result, Timing())
    assert Condition.parse(text).holds(event, 1) is holds
