"""``${NAME}`` in an app's file: filled in, and never shown."""

from __future__ import annotations

import pytest
from edgevision.runtime.tables import FaultList

from edgevision.app.file.environment import fill_in
from edgevision.errors import SourceError
from edgevision.redaction import redact_address


@pytest.fixture(autouse=True)
def _forget(monkeypatch):
    monkeypatch.setattr("edgevision.redaction._secrets", {})


def test_variables_are_filled_in_wherever_a_text_stands():
    faults = FaultList()
    tables = {"a": {"b": ["x${ONE}y", 3, True]}, "c": "$${ONE} ${ONE}${TWO_2}"}
    filled = fill_in(tables, {"ONE": "1st", "TWO_2": "2nd"}, faults)
    assert filled == {"a": {"b": ["x1sty", 3, True]}, "c": "${ONE} 1st2nd"}
    assert not faults.faults


def test_each_variable_that_is_missing_is_a_fault_at_its_key():
    faults = FaultList()
    fill_in(
        {"a": [{"to": "${GONE}"}], "b": "${EMPTY} ${", "c": "${a b}"},
        {"EMPTY": ""},
        faults,
    )
    assert [(fault.path, fault.sentence[:24]) for fault in faults.faults] == [
        (("a", 0, "to"), "needs the variable GONE,"),
        (("b",), "needs the variable EMPTY"),
        (("b",), "has a '${' without a nam"),
        (("c",), "has a '${' without a nam"),
    ]
    assert "export GONE=..." in faults.faults[0].sentence


@pytest.mark.parametrize("secret", ["it's/a #?@ secret", "a=b&c", "0123456"])
def test_a_secret_is_shown_nowhere(secret):
    fill_in({"a": "${DOOR}"}, {"DOOR": secret}, FaultList())
    assert secret not in redact_address(f"rtsp://me:{secret}@cam/1?x={secret}")
    assert str(SourceError(f"no answer to {secret}, really")) == (
        "no answer to ${DOOR}, really"
    )
