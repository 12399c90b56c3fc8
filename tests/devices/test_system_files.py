"""Reading system files must never fail, whatever lies in their place."""

from __future__ import annotations

import os

from edgevision.devices.system_files import ROOT_VARIABLE, Tree


def test_text_strips_the_nul_that_ends_a_device_tree_string(tmp_path):
    (tmp_path / "model").write_bytes(b"Raspberry Pi 5 Model B Rev 1.0\0")
    assert Tree(tmp_path).text("/model") == "Raspberry Pi 5 Model B Rev 1.0"


def test_missing_file_folder_fifo_and_forbidden_name_are_none_or_empty(tmp_path):
    (tmp_path / "temp").mkdir()
    os.mkfifo(tmp_path / "fifo")
    tree = Tree(tmp_path)
    assert tree.text("/absent") is None
    assert tree.text("/temp") is None  # an offline Jetson zone, modelled as EISDIR
    assert tree.text("/a\0b") is None
    assert not tree.text("/fifo")  # must return at once


def test_integer_reads_decimal_and_hexadecimal_and_refuses_words(tmp_path):
    for name, text in (("a", "48312\n"), ("b", "0x50000\n"), ("c", "hot\n"), ("d", "")):
        (tmp_path / name).write_text(text)
    tree = Tree(tmp_path)
    assert [tree.integer(f"/{name}") for name in "abcde"] == [
        48312,
        0x50000,
        None,
        None,
        None,
    ]


def test_paths_come_in_natural_order(tmp_path):
    for number in (10, 2, 0):
        (tmp_path / f"thermal_zone{number}").mkdir()
    names = [path.name for path in Tree(tmp_path).paths("/thermal_zone*")]
    assert names == ["thermal_zone0", "thermal_zone2", "thermal_zone10"]


def test_root_comes_from_the_environment_when_not_given(tmp_path, monkeypatch):
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    assert Tree().root == tmp_path
    assert not Tree().is_live
    monkeypatch.delenv(ROOT_VARIABLE)
    assert Tree().is_live
