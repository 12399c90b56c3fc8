"""Settings of clips, from Python and from a table of an app's file."""

from __future__ import annotations

import pytest
from edgevision.runtime.clips import ClipSettings
from edgevision.runtime.tables import TableError


def test_a_table_is_read_with_its_units():
    table = {
        "folder": "events/",
        "before": "2s",
        "after": "1m",
        "quota": "2GB",
        "memory": "8MB",
        "keep_days": 14,
        "rules": ["intruder"],
    }
    assert ClipSettings.from_table(table) == ClipSettings(
        "events/",
        before=2.0,
        after=60.0,
        quota=2_000_000_000,
        memory=8_000_000,
        keep_days=14.0,
        rules=("intruder",),
    )


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({}, r"\[clips\].*folder"),
        ({"folder": "x", "befor": "2s"}, "Did you mean 'before'"),
        ({"folder": "x", "before": 5}, r'\[clips\] before: .*"5s"'),
        ({"folder": "x", "memory": "10kB"}, "memory must be at least 1 MB"),
        ({"folder": "x", "quality": 0}, r"\[clips\] quality: "),
    ],
)
def test_a_wrong_table_is_refused_with_its_key(table, sentence):
    with pytest.raises(TableError, match=sentence):
        ClipSettings.from_table(table)


@pytest.mark.parametrize(
    "wrong",
    [{"before": -1.0}, {"longest": 0.0}, {"quality": 101}, {"most_at_once": 0}],
)
def test_wrong_values_from_python_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        ClipSettings("x", **wrong)
