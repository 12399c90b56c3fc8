"""Rules read every kind of result, with tracks and regions and without."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.results import (
    Classifications,
    Embedding,
    Heads,
    Landmarks,
    Poses,
    Result,
    Segmentation,
    Values,
)
from edgevision.runtime.rule_event import RuleEvent
from edgevision.runtime.rules import Rule, RulesStage
from support.rule_frames import detections, rule_frame


def _holds(when: str, result: Result) -> bool:
    stage = RulesStage([Rule("it", when)])
    return bool(stage.apply(rule_frame(0.0, result=result)).rule_events)


CLASSES = Classifications(
    np.asarray([1, 0, 2]),
    np.asarray([0.75, 0.5, 0.125], np.float32),
    ("cat", "dog", "cow"),
)
POSES = Poses(
    np.zeros((2, 1, 2), np.float32),
    np.ones((2, 1), np.float32),
    np.asarray([0.5, 0.25], np.float32),
    ("nose",),
    (),
)
HANDS = Landmarks(
    np.zeros((1, 1, 3), np.float32),
    np.asarray([0.5], np.float32),
    ("left hand",),
    ("wrist",),
    (),
    np.zeros((1, 4, 2), np.float32),
)
ROAD = Segmentation(
    np.zeros((4, 4), np.uint8),
    np.asarray([0, 1]),
    np.asarray([0.75, 0.25], np.float32),
    ("road", "sky"),
)
AGE = Values(np.asarray([64.0], np.float32), ("age",))


@pytest.mark.parametrize(
    ("when", "result", "holds"),
    [
        ("seen(cat)", CLASSES, True),
        ("seen(dog)", CLASSES, True),  # a score of one half
        ("seen(cow)", CLASSES, False),
        ("seen(any)", CLASSES, True),
        ("score(cat) > 0.7", CLASSES, True),
        ("score(dog, cow) > 0.5", CLASSES, False),
        ("score(mouse) == 0", CLASSES, True),
        ("count(any) == 0", CLASSES, True),  # a picture's class is no object
        ("count(cat) == 2", detections(["cat", "dog", "cat"]), True),
        ("count(any) == 3", detections(["cat", "dog", "cat"]), True),
        ("seen(cow)", detections(["cat", "dog"]), False),
        ("score(cat) == 0.75", detections(["cat", "cat"], [0.75, 0.5]), True),
        ("count(person) == 2", POSES, True),
        ("score(person) == 0.5", POSES, True),
        ("seen('left hand')", HANDS, True),
        ("seen(sky) and not seen(car)", ROAD, True),
        ("score(road) > 0.7", ROAD, True),  # the share of the picture
        ("value(age) > 60", AGE, True),
        ("value(age) > 64", AGE, False),
        ("value(height) > 1", AGE, False),  # nobody knows it
        ("not value(height) > 1", AGE, False),  # nor the contrary
        ("seen(anna)", Embedding(np.zeros(2, np.float32), "anna", 0.25), True),
        ("score(anna) == 0.25", Embedding(np.zeros(2, np.float32), "anna", 0.25), True),
        ("seen(any)", Embedding(np.zeros(2, np.float32), "unknown", 0.1), False),
        ("seen(any)", Embedding(np.zeros(2, np.float32)), False),
        ("seen(cat) and value(age) > 60", Heads({"a": CLASSES, "b": AGE}), True),
    ],
)
def test_a_rule_reads_what_the_model_said(when, result, holds):
    assert _holds(when, result) == holds


def test_with_tracks_the_tracks_count_and_not_the_boxes_of_this_frame():
    event = rule_frame(0.0, {1: "cat"}, result=detections(["cat", "cat", "cat"]))
    stage = RulesStage([Rule("it", "count(cat) == 1")])
    assert stage.apply(event).rule_events


def test_a_score_in_a_zone_is_that_of_the_objects_in_it():
    event = rule_frame(
        0.0, {1: "cat", 2: "cat"}, scores={1: 0.75, 2: 0.5}, zones={"yard": {2: 0.0}}
    )
    stage = RulesStage([Rule("it", "0.6 > score(cat in yard) > 0.4")])
    assert stage.apply(event).rule_events


def _watch(phase: str, state: str) -> RuleEvent:
    return RuleEvent("x", "camera", phase, 0.0, 0.0, 0.0, label=state)


def test_a_state_of_the_camera_lasts_until_the_watch_ends_it():
    stage = RulesStage([Rule("it", "camera is dark until 0s without")])
    script = [(), (_watch("start", "dark"), _watch("start", "moved")), (), ()]
    script += [(_watch("end", "moved"),), (_watch("end", "dark"),), ()]
    own = []
    for i, some in enumerate(script):
        event = stage.apply(rule_frame(float(i), reports=some))
        own.append([one.phase for one in event.rule_events[len(some) :]])
    assert own == [[], ["start"], [], [], [], ["end"], []]
