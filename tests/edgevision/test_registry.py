"""A registry imports what is asked for and names what it knows."""

from __future__ import annotations

import pytest

from edgevision import errors
from edgevision.registry import resolve

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
