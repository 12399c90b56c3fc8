"""Regions written into a TOML text: what changes, and that nothing else does."""

from __future__ import annotations

import pytest
from edgevision.runtime.region_page.region_text import (
    DrawnRegion,
    changed_text,
    region_of,
)
from edgevision.runtime.region_page.toml_pieces import toml_tables
from edgevision.runtime.regions import Line, Zone
from hypothesis import given
from hypothesis import strategies as st

APP = """\
# The yard's app.
[model]
file = "detector.tflite"   # small

[camera.yard]
source = "rtsp://viewer:${YARD}@10.0.0.5/stream"
# The lawn, without the path.
[camera.yard.region.lawn]
zone = [
  [0.1, 0.5],  # by the tree
  [0.9, 0.5],
  [0.9, 1.0],
]
settle = "2s"  # leaves move
labels = ["person"]

[camera.yard.region.gate]
line = [[0.2, 0.6], [0.8, 0.6]]

[camera.lane]
source = 'lane.mp4'
[camera.lane.region.lawn]
zone = [[0, 0], [1, 0], [1, 1]]

[rule.intruder]
when = "person in lawn for 3s"
note = '''
[camera.yard.region.lawn]
not a header'''
"""
YARD = ("camera", "yard")
TRIANGLE = ((0.1, 0.1), (0.9, 0.1), (0.5, 0.9))


def _regions(text=APP, place=YARD):
    tables = toml_tables(text)
    for key in place:
        tables = tables[key]
    return [
        DrawnRegion(region_of(name, table), name)
        for name, table in tables.get("region", {}).items()
    ]


def test_regions_that_stay_leave_every_byte():
    assert changed_text(APP, YARD, _regions()) == APP


def test_a_moved_point_changes_the_points_alone():
    _lawn, gate = _regions()
    moved = Zone("lawn", TRIANGLE, ("person",))
    text = changed_text(APP, YARD, [DrawnRegion(moved, "lawn"), gate])
    assert "zone = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]\n" in text
    old = APP[APP.index("zone = [\n") : APP.index('settle = "2s"')]
    new = "zone = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]\n"
    assert text == APP.replace(old, new)


def test_a_new_region_stands_with_its_camera():
    gate = Line("door", ((0.5, 0.1), (0.5, 0.9)), ("cat", 'a "dog"'))
    text = changed_text(APP, YARD, [*_regions(), DrawnRegion(gate)])
    added = (
        "\n[camera.yard.region.door]\nline = [[0.5, 0.1], [0.5, 0.9]]\n"
        'labels = ["cat", "a \\"dog\\""]\n'
    )
    at = APP.index("\n[camera.lane]")
    assert text == APP[:at] + added + APP[at:]


def test_a_deleted_region_leaves_its_neighbours():
    _, gate = _regions()
    text = changed_text(APP, YARD, [gate])
    tables, before = toml_tables(text), toml_tables(APP)
    del before["camera"]["yard"]["region"]["lawn"]
    assert tables == before
    assert "# The lawn, without the path." in text


def test_a_new_name_kind_and_labels():
    lawn, gate = _regions()
    other = Line("path", ((0.0, 0.2), (1.0, 0.2)))
    text = changed_text(APP, YARD, [DrawnRegion(other, "lawn"), gate])
    table = toml_tables(text)["camera"]["yard"]["region"]
    assert table["path"] == {"line": [[0.0, 0.2], [1.0, 0.2]], "settle": "2s"}
    assert "lawn" not in table
    assert 'settle = "2s"  # leaves move' in text
    labelled = Line("gate", gate.region.points, ("car",))
    text = changed_text(APP, YARD, [lawn, DrawnRegion(labelled, "gate")])
    assert toml_tables(text)["camera"]["yard"]["region"]["gate"]["labels"] == ["car"]


def test_a_file_of_its_own_begins_empty():
    zone = Zone("yard", TRIANGLE)
    text = changed_text("", (), [DrawnRegion(zone)])
    assert text == "[region.yard]\nzone = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]\n"
    again = changed_text(
        text, (), [*_regions(text, ()), DrawnRegion(Zone("b", TRIANGLE))]
    )
    assert list(toml_tables(again)["region"]) == ["yard", "b"]
    unended = "[region.yard]\nzone = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]"
    again = changed_text(
        unended, (), [*_regions(unended, ()), DrawnRegion(Zone("b", TRIANGLE))]
    )
    assert list(toml_tables(again)["region"]) == ["yard", "b"]


def test_a_region_that_has_no_table_of_its_own_is_refused():
    text = "[camera.yard]\nregion = {lawn = {zone = [[0, 0], [1, 0], [1, 1]]}}\n"
    with pytest.raises(ValueError, match=r"\[camera.yard.region.lawn\], and draw"):
        changed_text(text, YARD, _regions(text))


def test_two_regions_of_one_name_are_refused():
    zone = DrawnRegion(Zone("a", TRIANGLE))
    with pytest.raises(ValueError, match="2 regions are named 'a'"):
        changed_text("", (), [zone, zone])


_share = st.integers(0, 10_000).map(lambda value: value / 10_000)
_line = st.lists(st.tuples(_share, _share), min_size=2, max_size=2, unique=True)
_label = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
_region = st.tuples(_line, st.lists(_label, max_size=3))


@given(st.lists(_region, max_size=4), st.lists(_region, max_size=4), st.data())
def test_what_is_written_is_what_is_read(first, second, data):
    def drawn(pairs, was=()):
        return [
            DrawnRegion(
                Line(f"r{number}", tuple(points), tuple(labels)),
                f"r{number}" if number < len(was) else "",
            )
            for number, (points, labels) in enumerate(pairs)
        ]

    before = drawn(first)
    text = changed_text(APP, YARD, [*_regions(), *before])
    after = drawn(second, before)
    again = changed_text(text, YARD, [*_regions(), *after])
    assert [each.region for each in _regions(again)[2:]] == [e.region for e in after]
    expected, tables = toml_tables(APP), toml_tables(again)
    for each in (expected, tables):
        each["camera"]["yard"].pop("region")
    assert tables == expected
    assert "# by the tree" in again
