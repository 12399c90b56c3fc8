"""Dataclasses out of tables, and every fault with the path of its key."""

from __future__ import annotations

import pytest
from edgevision.runtime.tables import Between, TableError, read_table
from support.lamp_table import Lamp, Part, Spot


def test_a_whole_table_becomes_a_dataclass():
    lamp = read_table(
        Lamp,
        {
            "place": "hall",
            "color": "green",
            "power": 40,
            "dim": 0,
            "after": "1m30s",
            "off": "2s",
            "room_for": "1.5GB",
            "size": [3, 4],
            "names": ["a", "b"],
            "on": False,
            "steps": 3,
            "parts": {"inner": {"place": "in it"}},
            "points": {"p": {"at": [1, 2]}},
            "more": [1, "x"],
        },
        "lamp",
    )
    assert lamp == Lamp(
        place="hall",
        color="green",
        power=40.0,
        dim=0.0,
        after=90.0,
        off=2.0,
        room_for=1_500_000_000,
        size=(3, 4),
        names=("a", "b"),
        on=False,
        steps=3,
        parts={"inner": Part(place="in it")},
        points={"p": Spot((1, 2))},
        more=[1, "x"],
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"colour": 1}, r"\[lamp\] colour: no such key .*Did you mean 'color'\?"),
        (
            {"place": 3},
            r"\[lamp\] place: is 3, expected a text in quotes\. Write \"3\"\.",
        ),
        ({"place": ["hall"]}, r"expected a text in quotes\. Write 'hall' without br"),
        ({"on": "true"}, r"expected true or false\. Write true without quotes"),
        ({"color": "blue"}, r"color: is 'blue'. Known: green, red\."),
        ({"color": "gren"}, r"Did you mean 'green'\?"),
        ({"color": ["red"]}, r"color: is \['red'\]. Did you mean 'red'"),
        ({"power": 0}, r"power: is 0, expected a number above 0\."),
        ({"power": True}, "power: is True"),
        ({"power": float("inf")}, "power: is inf"),
        ({"power": float("nan")}, "power: is nan"),
        ({"dim": 1.5}, "is 1.5, expected a number of at least 0 and at most 1"),
        ({"after": 5}, 'is 5, expected a duration in quotes .*Write "5s"'),
        ({"after": "5"}, r"\[lamp\] after: '5' has no unit\. Write 5s"),
        ({"after": "5 sec"}, r"\[lamp\] after: '5 sec' is not a duration\. Write"),
        ({"off": "0s"}, "expected a duration above 0"),
        ({"room_for": "much"}, 'expected a number of bytes in quotes such as "2GB"'),
        ({"room_for": 7}, "expected a number of bytes"),
        ({"size": [1]}, r"size: has 1 items, expected 2: \[1\]"),
        ({"size": [1, "a"]}, r"\[lamp\] size, item 2: is 'a', expected a whole"),
        ({"names": {"a": 1}}, r"Write \[\[lamp.names\]\] instead of one bracket"),
        ({"names": "a"}, r"expected a list in brackets. Write \['a'\]"),
        ({"on": "yes"}, "is 'yes', expected true or false"),
        ({"steps": 1.5}, "expected a whole number of at least 1"),
        ({"parts": 3}, r"expected tables with names: \[lamp.parts.NAME\]"),
        ({"parts": {"a b": {}}}, r"the name 'a b' cannot be used"),
        ({"parts": {"in": 3}}, r"\[lamp.parts\] in: is 3, expected a table: \[lamp.p"),
        ({"parts": {"in": {}}}, r"\[lamp.parts.in\] has no 'place'.*= \"kitchen\""),
        ({"points": {"p": {"at": 3}}}, r"\[lamp.points.p\] at: expected two"),
        ({"points": {"p": {"at": [0, 0]}}}, r"\[lamp.points.p\] the point is at"),
        ({"points": {"p": {"at": []}}}, r"\[lamp.points.p\] the point is nowhere"),
        ({"place": "nowhere"}, r"\[lamp\] a lamp must be somewhere"),
    ],
)
def test_a_fault_names_its_key_its_value_and_a_cure(change, sentence):
    with pytest.raises(TableError, match=sentence) as error:
        read_table(Lamp, {"place": "hall", **change}, "lamp")
    assert len(error.value.faults) == 1
    fault = error.value.faults[0]
    assert fault.path[0] == "lamp"
    assert fault.path[1:2] in [(), (next(iter(change)),)]


def test_all_faults_of_a_table_come_at_once():
    table = {"color": 3, "power": -1, "parts": {"a": {"x": 1}, "b": {"place": 2}}}
    with pytest.raises(TableError) as error:
        read_table(Lamp, table, "lamp")
    assert [fault.path for fault in error.value.faults] == [
        ("lamp",),
        ("lamp", "color"),
        ("lamp", "power"),
        ("lamp", "parts", "a", "x"),
        ("lamp", "parts", "a"),
        ("lamp", "parts", "b", "place"),
    ]


def test_a_range_of_whole_numbers_takes_no_others():
    kind = Between(1, 4, whole=True)
    assert kind.read(4) == 4
    for wrong in (0, 5, 1.0, True, "2"):
        with pytest.raises(ValueError, match="expected a whole number of at least 1"):
            kind.read(wrong)
