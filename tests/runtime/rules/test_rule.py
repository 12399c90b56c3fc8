"""A rule from Python and from the table of a file."""

from __future__ import annotations

import pytest
from edgevision.runtime.rules import Rule, RuleError
from edgevision.runtime.tables import TableError


def test_a_table_becomes_a_rule():
    table = {"when": "person in yard for 3s", "cool_down": "5m"}
    rule = Rule.from_table(table, "rule.intruder")
    assert rule == Rule("intruder", "person in yard for 3s", 300)
    assert rule.labels == {"person"}


@pytest.mark.parametrize(
    ("table", "path", "sentence"),
    [
        ({}, ("rule", "it"), "has no 'when', which it needs."),
        ({"when": 3}, ("rule", "it", "when"), "expected a text"),
        ({"when": "seen(cat)", "cool_down": 5}, ("rule", "it", "cool_down"), '"5s"'),
        (
            {"when": "seen(cat)", "cooldown": "5s"},
            ("rule", "it", "cooldown"),
            "cool_dow",
        ),
        ("seen(cat)", ("rule", "it"), "expected a table"),
    ],
)
def test_a_wrong_table_is_refused_with_its_key(table, path, sentence):
    with pytest.raises(TableError) as refusal:
        Rule.from_table(table, "rule.it")
    assert refusal.value.faults[0].path == path
    assert sentence in refusal.value.faults[0].sentence


def test_a_rule_that_cannot_be_read_has_its_place_in_the_table():
    with pytest.raises(TableError) as refusal:
        Rule.from_table({"when": "person in yard fr 3s"}, "rule.it")
    fault = refusal.value.faults[0]
    assert fault.path == ("rule", "it", "when")
    assert (fault.text, fault.position) == ("person in yard fr 3s", 15)


@pytest.mark.parametrize("name", ["", "camera"])
def test_a_name_that_means_something_else_is_refused(name):
    with pytest.raises(ValueError, match="Choose another name"):
        Rule(name, "seen(cat)")
    with pytest.raises(TableError, match="Choose another name"):
        Rule.from_table({"when": "seen(cat)"}, "rule.camera")


@pytest.mark.parametrize("cool_down_s", [-1, float("inf"), float("nan")])
def test_a_cool_down_is_seconds(cool_down_s):
    with pytest.raises(ValueError, match="seconds from 0 on"):
        Rule("it", "seen(cat)", cool_down_s)


def test_a_wrong_rule_is_an_error_of_python_with_the_place():
    with pytest.raises(RuleError, match=r"alone is no condition(.|\n)*\^\^\^"):
        Rule("it", "cat")
