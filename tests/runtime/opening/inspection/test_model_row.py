"""A row for each file of a folder, also for a damaged one."""

from __future__ import annotations

from edgevision.runtime.opening.inspection import summarise
from support.tiny_models import tiny_classifier


def test_a_good_file_has_a_row_without_an_error(tmp_path):
    path = tmp_path / "net.tflite"
    path.write_bytes(tiny_classifier())
    row = summarise(path)
    assert (row.error, row.problem, row.inputs) == ("", "", ("1x4x4x3 uint8",))
    assert "error" not in row.to_dict()
    assert row.to_dict()["task"] == "classification"


def test_a_damaged_file_has_a_row_with_one(tmp_path):
    path = tmp_path / "net.tflite"
    path.write_bytes(b"nothing at all")
    assert set(summarise(path).to_dict()) == {"name", "error"}
    path.write_bytes(tiny_classifier()[:200])
    row = summarise(path).to_dict()
    assert (set(row), row["bytes"]) == ({"name", "bytes", "error"}, 200)
