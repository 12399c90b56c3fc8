"""The tests mirror the tree: whoever changes a module knows where its test is."""

from __future__ import annotations

import re

import pytest
from rules.tree import REPOSITORY, files, is_package

TESTS = REPOSITORY / "tests"
COVERED_BY = {
    line.strip(): test
    for test, modules in re.findall(
        r"^(\S+\.py)\n((?: .*\n)+)",
        (TESTS / "rules" / "covered_by.txt").read_text("utf-8"),
        re.MULTILINE,
    )
    for line in modules.splitlines()
}
"""Modules without a file of their own in tests/, with the file that covers them."""


def _own_test(module: str) -> str:
    parts = module.split(".")
    if parts[1] in ("training", "converters", "runtime", "devices"):
        parts = parts[1:]
    return "/".join([*parts[:-1], f"test_{parts[-1]}.py"])


MODULES = [m for m in files() if not is_package(m) and not m.endswith("__main__")]


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_its_test_or_says_what_covers_it(module):
    own = (TESTS / _own_test(module)).is_file()
    assert own != (module in COVERED_BY), _own_test(module)


@pytest.mark.parametrize(("module", "test"), COVERED_BY.items())
def test_what_covers_a_module_exists(module, test):
    assert module in files(), "this module is gone"
    assert (TESTS / test).is_file()
