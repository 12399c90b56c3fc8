"""Every example in a docstring runs and prints what it says."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDERS = ("edgevision", "training", "converters", "runtime", "devices")


def _modules() -> list[str]:
    names = []
    for folder in FOLDERS:
        for path in sorted((REPOSITORY / folder).rglob("*.py")):
            if ">>>" in path.read_text("utf-8"):
                parts = path.relative_to(REPOSITORY).with_suffix("").parts
                head = () if folder == "edgevision" else ("edgevision",)
                names.append(".".join((*head, *parts)))
    return names


@pytest.mark.parametrize("name", _modules())
def test_the_examples_of_a_module_are_true(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0
