"""The page of networks says what the zoo recorded; only trained ones agree."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from edgevision.training.networks.architectures import ARCHITECTURES
from edgevision.training.shipped.zoo_networks import FULL_SIZE

REPOSITORY = Path(__file__).resolve().parents[2]
RECORDS = json.loads((REPOSITORY / "benchmarks" / "zoo.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def zoo():
    path = REPOSITORY / "benchmarks" / "zoo.py"
    spec = importlib.util.spec_from_file_location("zoo", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(zoo):
    # What is shipped changes with the files of the package, not with the records.
    until = "## Shipped in the package"
    text = (REPOSITORY / "docs" / "reference" / "models.md").read_text("utf-8")
    made = zoo.page(RECORDS)
    assert text.split(until)[0] == made.split(until)[0], "run benchmarks/zoo.py page"


def test_only_trained_networks_have_an_agreement():
    for name in (*ARCHITECTURES, *FULL_SIZE):
        assert "trained" not in RECORDS.get(name, {}), name
    for name, record in RECORDS.items():
        if "trained" in record:
            assert record["trained"]["float"] > 0.5, name
