"""A registry imports what is asked for and names what it knows."""

from __future__ import annotations

import sys

import pytest

from edgevision import errors
from edgevision.registry import load_own, make_own, own_fault, resolve

NAMES = {"path": "pathlib:Path", "ordered": "collections:OrderedDict"}


def test_a_name_becomes_the_object():
    from pathlib import Path

    assert resolve("thing", "path", NAMES) is Path


def test_an_unknown_name_lists_the_known_and_the_nearest():
    sentence = "No thing 'pth'. Did you mean 'path'? Known: ordered, path."
    with pytest.raises(ValueError, match=sentence.replace("?", r"\?")):
        resolve("thing", "pth", NAMES)


def test_one_except_covers_the_library():
    classes = [
        item
        for item in vars(errors).values()
        if isinstance(item, type) and issubclass(item, Exception)
    ]
    assert len(classes) > 10
    for item in classes:
        assert issubclass(item, errors.EdgeVisionError)
        assert item.exit_code == (3 if issubclass(item, errors.BudgetError) else 1)


def test_the_picture_of_the_tree_names_every_error():
    assert errors.__doc__ is not None
    for name, item in vars(errors).items():
        if isinstance(item, type) and issubclass(item, Exception):
            assert name in errors.__doc__


def _own(tmp_path, text):
    (tmp_path / "own_part.py").write_text(text)
    return f"{tmp_path}/own_part.py:Part"


def test_what_a_file_of_somebody_raises_is_told_with_its_line(tmp_path):
    # Neither is the class absent, nor the file.
    place = _own(tmp_path, "import os\nos.environ['NO_SUCH_TOKEN']\n")
    with pytest.raises(errors.SinkError, match=r"KeyError.*own_part.py, line 2\)"):
        load_own("sink", place, error=errors.SinkError)
    place = _own(tmp_path, "open('/absent/settings.txt')\n")
    with pytest.raises(errors.SinkError, match="settings.txt"):
        load_own("sink", place, error=errors.SinkError)


def test_a_program_that_ends_itself_is_told(tmp_path):
    place = _own(tmp_path, "import sys\nsys.exit(7)\n")
    with pytest.raises(errors.SinkError, match=r"SystemExit: 7 \(.*, line 2\)"):
        load_own("sink", place, error=errors.SinkError)
    with pytest.raises(errors.SinkError, match="the sink X: SystemExit: 3"):
        make_own("sink", "X", lambda: sys.exit(3), error=errors.SinkError)


def test_a_class_is_found_in_a_package_that_names_its_parts_lazily(tmp_path):
    text = "def __getattr__(name):\n    if name == 'Part':\n        return int\n"
    place = _own(tmp_path, text + "    raise AttributeError(name)\n")
    assert load_own("sink", place, error=errors.SinkError) is int
    with pytest.raises(errors.SinkError, match="no 'Other' there"):
        load_own("sink", place.replace(":Part", ":Other"), error=errors.SinkError)


def test_a_fault_of_somebodys_own_code_is_told_from_one_of_edgevision(tmp_path):
    place = _own(tmp_path, "class Part:\n    def work(self):\n        return {}[1]\n")
    part = load_own("sink", place, error=errors.SinkError)()
    with pytest.raises(KeyError) as theirs:
        part.work()
    assert own_fault(theirs.value) == f"{tmp_path}/own_part.py, line 3"
    with pytest.raises(ValueError, match="No thing") as ours:
        resolve("thing", "pth", NAMES)
    assert own_fault(ours.value) == ""
    with pytest.raises(errors.SinkError, match=r"the sink X: KeyError: 1 \(.*line 3\)"):
        make_own("sink", "X", part.work, error=errors.SinkError)
