"""Watching the synthetic camera: what is counted, and what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
from edgevision.runtime.demo.watch_classifier import is_right, truth_of, watch
from edgevision.runtime.results.classifications import Classifications
from edgevision.runtime.timing import Timing
from support.streams import event as plain_event


class Oracle:
    """Knows the truth, and lies about every ``lie``-th picture."""

    def __init__(self, lie: int = 0) -> None:
        self.lie = lie
        self.pictures: list[bytes] = []

    def run(self, frame):
        """Answer with the true label, or with one that does not exist."""
        self.pictures.append(frame.image.tobytes())
        label = frame.details["labels"][0]
        if self.lie and len(self.pictures) % self.lie == 0:
            label = "elephant"
        result = Classifications(
            np.zeros(1, np.int64), np.ones(1, np.float32), (label,)
        )
        return result, Timing(invoke_ms=1.0)


def test_right_answers_are_counted_against_the_truth():
    seen = []
    watched = watch(Oracle(lie=4), frames=20, fps=0, on_event=seen.append)
    assert (watched.right, watched.n) == (15, 20)
    assert watched.accuracy == 0.75
    assert [event.frame.index for event in seen] == list(range(20))
    assert watched.to_dict()["frames"] == 20


def test_every_picture_shows_another_shape():
    oracle = Oracle()
    labels = []
    watch(
        oracle,
        frames=60,
        fps=0,
        on_event=lambda event: labels.append(
            (truth_of(event), event.frame.image[0, 0].tobytes())
        ),
    )
    assert len({label for label, _ in labels}) == 6
    assert len(set(labels)) == 60


def test_results_also_go_to_sinks(tmp_path):
    out = tmp_path / "results.jsonl"
    watch(Oracle(), frames=3, fps=0, sinks=[f"jsonl:{out}"])
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert [record["index"] for record in records] == [0, 1, 2]


def test_a_picture_without_truth_cannot_be_judged():
    with pytest.raises(ValueError, match="one true label was expected, fake gave 0"):
        is_right(plain_event())
