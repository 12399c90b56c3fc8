"""Public names exist, are documented, and come from one place."""

from __future__ import annotations

import inspect

import pytest

import edgevision


@pytest.mark.parametrize("name", edgevision.__all__)
def test_every_public_name_is_importable(name):
    assert getattr(edgevision, name) is not None


@pytest.mark.parametrize("name", [n for n in edgevision.__all__ if n != "__version__"])
def test_every_public_name_is_documented(name):
    text = inspect.getdoc(getattr(edgevision, name))
    assert text
    assert len(text.splitlines()[0]) <= 79
    assert text.splitlines()[0].endswith(".")


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'convrt'"):
        _ = edgevision.convrt


def test_dir_lists_the_public_names():
    assert set(edgevision.__all__) <= set(dir(edgevision))
