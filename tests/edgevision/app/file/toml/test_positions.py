"""The place of each key, against a writer that knows it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from support.toml_writer import TABLES, TomlWriter, as_read

from edgevision.app.file.toml import Positions, loads


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_each_key_and_item_is_where_it_was_written(data):
    table = data.draw(TABLES)
    writer = TomlWriter(data.draw)
    writer.write(table)
    assert loads(writer.text) == as_read(table), "the writer is wrong"
    places = {
        path: (place.line, place.column)
        for path, place in Positions(writer.text).paths().items()
    }
    assert places == writer.places


def test_a_path_that_is_not_there_is_at_what_holds_it():
    positions = Positions('# an app\n[camera.yard]\nsource = "csi:"\n')
    assert positions.of(("camera", "yard", "max_fps")).line == 2
    assert positions.of(("camera", "yard", "source")).line == 3
    assert positions.of(("model",)).line == 1


def test_a_table_below_the_last_of_an_array_belongs_to_it():
    text = "[[a]]\n[[a]]\n[a.b]\nc = 1\n[[a.d]]\n[[a.d]]\ne = [1,\n 2]\n"
    lines = {path: place.line for path, place in Positions(text).paths().items()}
    assert lines == {
        ("a",): 1,
        ("a", 0): 1,
        ("a", 1): 2,
        ("a", 1, "b"): 3,
        ("a", 1, "b", "c"): 4,
        ("a", 1, "d"): 5,
        ("a", 1, "d", 0): 5,
        ("a", 1, "d", 1): 6,
        ("a", 1, "d", 1, "e"): 7,
        ("a", 1, "d", 1, "e", 0): 7,
        ("a", 1, "d", 1, "e", 1): 8,
    }
