"""The items of every kind of result."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from edgevision.runtime import results
from edgevision.runtime.results.detections import Detections
from edgevision.runtime.results.embedding import Embedding
from edgevision.runtime.results.generation import Generation
from edgevision.runtime.results.landmarks import Landmarks
from edgevision.runtime.results.nested.heads import Heads
from edgevision.runtime.results.output_image import OutputImage
from edgevision.runtime.results.poses import Poses
from edgevision.runtime.results.raw_outputs import RawOutputs
from edgevision.runtime.results.segmentation import Segmentation
from edgevision.runtime.results.text import Text
from edgevision.runtime.results.values import Values
from edgevision.runtime.sinks import items, text
from edgevision.runtime.sinks.items import Item, items_of, kind_of
from edgevision.runtime.sinks.text import describe
from edgevision.runtime.sinks.web import contents
from support.streams import classes

F32 = np.float32
DOG = Detections(
    np.array([[1.5, 2.75, 30, 40]], F32),
    np.array([0.875], F32),
    np.array([3]),
    ("dog",),
)
PEOPLE = Poses(
    np.zeros((2, 17, 2), F32), np.zeros((2, 17), F32), np.array([0.5, 0.25], F32)
)
HAND = Landmarks(
    np.array([[[1, 2, 0], [30, 40, 5]]], F32),
    np.array([0.75], F32),
    ("left hand",),
    ("wrist", "tip"),
    ((0, 1),),
    np.zeros((1, 4, 2), F32),
)
SKY = Segmentation(
    np.zeros((4, 4), np.uint8),
    np.array([0, 1]),
    np.array([0.75, 0.25], F32),
    ("sky", "sea"),
)


class Plain:
    """A result of a kind that nobody knows."""

    def to_dict(self):
        return {}


# Result -> its items and its words.
RESULTS = [
    (classes((3, 0.25)), [Item("class 3", 0.25)], "class 3 0.25"),
    (classes(), [], "nothing"),
    (DOG, [Item("dog", 0.875, (1.5, 2.75, 30, 40))], "dog 0.88 [2 3 30 40]"),
    (Detections.empty(), [], "nothing"),
    (PEOPLE, [Item("person", 0.5), Item("person", 0.25)], "person 0.50, person 0.25"),
    (HAND, [Item("left hand", 0.75, (1, 2, 30, 40))], "left hand 0.75 [1 2 30 40]"),
    (SKY, [Item("sky", area=0.75), Item("sea", area=0.25)], "sky 75%, sea 25%"),
    (Embedding(np.zeros(128, F32), "ada", 0.75), [Item("ada", 0.75)], "ada 0.75"),
    (Embedding(np.zeros(128, F32)), None, "embedding of 128 numbers"),
    (Generation(np.zeros((2, 4, 6, 3), np.uint8)), None, "2 made, 6x4 pixels"),
    (
        Values(np.array([-12.5, 3], F32), ("angle", "count"), ("deg", "")),
        [Item("angle", text="-12.5 deg"), Item("count", text="3")],
        "angle -12.5 deg, count 3",
    ),
    (
        Values(np.zeros(7, F32), tuple("abcdefg")),
        [Item(name, text="0") for name in "abcdefg"],
        "a 0, b 0, c 0, d 0, e 0 and 2 more",
    ),
    (
        OutputImage(np.zeros((4, 6), np.uint8), (6, 4), (0, 0, 6, 4)),
        None,
        "picture 6x4",
    ),
    (
        OutputImage(
            np.zeros((1, 2, 3), np.uint8),
            (2, 1),
            (0, 0, 2, 1),
            np.array([[0.5, 2]], F32),
        ),
        None,
        "map 2x1, 0.5 to 2",
    ),
    (
        Heads({"age": Values(np.array([31], F32), ("value",)), "animal": DOG}),
        [Item("age", text="31"), Item("dog", 0.875, (1.5, 2.75, 30.0, 40.0))],
        "age: value 31; animal: dog 0.88 [2 3 30 40]",
    ),
    (
        Heads({"age": Values(np.zeros(1, F32), ("n",))}),
        [Item("n", text="0")],
        "age: n 0",
    ),
    (
        Text("AB12", np.array([0.5, 0.75, 0.75, 1], F32)),
        [Item("AB12", 0.75)],
        '"AB12" 0.75',
    ),
    (Text("", np.zeros(0, F32)), [], "no text"),
    (RawOutputs({"age": np.zeros((1, 1), F32)}), None, "age 1x1"),
    (Plain(), None, "Plain"),
]


@pytest.mark.parametrize(("result", "expected", "words"), RESULTS)
def test_every_kind_of_result_has_items_and_words(result, expected, words):
    assert items_of(result) == expected
    assert describe(result) == words


def test_every_name_in_the_tables_is_a_kind_of_result():
    names = {*items._READERS, *text._WHOLE, *contents._COUNTED}
    assert names <= {kind_of(result) for result, _, _ in RESULTS}
    for name in names:
        assert hasattr(results, name)


def test_a_derived_result_is_read_as_its_base():
    class Better(Detections):
        pass

    better = Better(DOG.boxes, DOG.scores, DOG.class_ids, DOG.labels)
    assert items_of(better) == items_of(DOG)


def test_what_a_second_model_says_is_read_as_objects() -> None:
    number = Values(np.array([3], F32), ("age",))
    refined = results.RefinedDetections(
        DOG.boxes, DOG.scores, DOG.class_ids, DOG.labels, answers=(number,)
    )
    assert items_of(refined) == items_of(DOG)
    assert kind_of(refined) == "Detections"


def test_one_kind_of_result_does_not_import_the_others():
    """A dispatch by class took 9 to 14 ms of a start here, and more on a board."""
    code = (
        "import sys; import edgevision.runtime.sinks.text; "
        "import edgevision.runtime.sinks.condition; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    loaded = {name.rpartition(".")[2] for name in done.stdout.split()}
    assert "condition" in loaded
    assert not loaded & {"detections", "embedding", "generation", "poses", "values"}


def test_a_head_named_as_its_number_is_named_once():
    age = Values(np.array([31], F32), ("age",), ("years",))
    assert describe(Heads({"age": age})) == "age 31 years"
    assert describe(Heads({"face": age})) == "face: age 31 years"


def test_items_and_words_name_the_track() -> None:
    ids = np.array([7])
    for result in (DOG, HAND):
        tracked = dataclasses.replace(result, track_ids=ids)
        assert items_of(result)[0].track_id == -1
        assert items_of(tracked)[0].track_id == 7
        assert describe(tracked) == describe(result).replace(" 0.", " #7 0.", 1)
    people = dataclasses.replace(PEOPLE, track_ids=np.array([7, -1]))
    assert describe(people) == "person #7 0.50, person 0.25"
