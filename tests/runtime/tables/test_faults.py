"""The place of a fault, as people know it from the file."""

from __future__ import annotations

import pytest
from edgevision.runtime.tables import (
    FaultList,
    TableError,
    TableFault,
    as_path,
    nearest,
    place_text,
)


@pytest.mark.parametrize(
    ("path", "is_of_table", "text"),
    [
        ((), True, ""),
        (("model",), True, "[model]"),
        (("model",), False, "model:"),
        (("sink", 0), True, "[[sink]] 1"),
        (("sink", 2, "to"), False, "[[sink]] 3, to:"),
        (("rule", "a", "when"), False, "[rule.a] when:"),
        (("a", "line", 0, 1), False, "[a] line, item 1, item 2:"),
    ],
)
def test_a_place_is_written_as_in_the_file(path, is_of_table, text):
    assert place_text(path, is_of_table=is_of_table) == text


def test_a_text_with_points_is_a_path():
    assert as_path("sink.2.to") == ("sink", 2, "to")
    assert as_path("") == ()
    assert as_path(("a", 1)) == ("a", 1)


def test_names_are_compared_without_their_case():
    assert nearest("SOURCE", ["source", "size"]).startswith("Did you mean 'source'?")
    assert nearest("zzz", []) == "Known: none."


def test_a_list_of_faults_is_one_error():
    faults = FaultList()
    faults.refuse()
    faults.add(("a", "b"), "is wrong.")
    faults.take(TableError(TableFault(("c",), "is empty.", is_of_table=True)))
    with pytest.raises(TableError, match=r"^\[a\] b: is wrong.\n\[c\] is empty.$"):
        faults.refuse()
