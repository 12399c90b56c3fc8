"""Data classes to JSON and back: kinds are checked, unknown keys are skipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from edgevision.runtime.benchmark.typed_json import ABSENT, from_json, to_json


@dataclass(frozen=True)
class Inner:
    number: float


@dataclass(frozen=True)
class Outer:
    word: str
    pair: tuple[float, int]
    many: tuple[Inner, ...]
    named: Mapping[str, int]
    maybe: Inner | None
    flag: bool = False
    hidden: int | None = field(default=None, metadata=ABSENT)


FULL = Outer("w", (1.5, 2), (Inner(1.0), Inner(2.0)), {"a": 1}, Inner(3.0), True, 4)
EMPTY = Outer("", (0.0, 0), (), {}, None)


@pytest.mark.parametrize("value", [FULL, EMPTY])
def test_there_and_back(value):
    assert from_json(Outer, to_json(value), "it") == value


def test_what_is_absent_is_not_written_and_none_is_null():
    data = to_json(EMPTY)
    assert "hidden" not in data
    assert data["maybe"] is None
    assert from_json(Outer, {**data, "other": 1}, "it") == EMPTY


# changes of a good object -> the sentence
FAULTS = [
    ({"word": 1}, "it.word is 1, not str"),
    ({"pair": [1, 2, 3]}, r"it.pair has 3 values, not 2"),
    ({"pair": [1, 2.5]}, r"it.pair\[1\] is 2.5, not int"),
    ({"pair": [True, 2]}, r"it.pair\[0\] is True, not float"),
    ({"many": {}}, "it.many is not a list"),
    ({"many": [{}]}, r"it.many\[0\] has no 'number'"),
    ({"named": []}, "it.named is not an object"),
    ({"named": {"a": "b"}}, "it.named.a is 'b', not int"),
    ({"maybe": 7}, "it.maybe is not an object"),
    ({"flag": 1}, "it.flag is 1, not bool"),
    ({"hidden": False}, "it.hidden is False, not int"),
]


@pytest.mark.parametrize(("change", "expected"), FAULTS)
def test_what_is_of_another_kind_is_named_with_its_place(change, expected):
    with pytest.raises(ValueError, match=expected):
        from_json(Outer, {**to_json(FULL), **change}, "it")
