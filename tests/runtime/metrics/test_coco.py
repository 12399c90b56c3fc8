"""The second opinion of pycocotools: empty sets, and its absence."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np
import pytest
from edgevision.runtime.metrics.coco import coco_score
from edgevision.runtime.metrics.truth import Truth
from edgevision.runtime.results.detections import Detections

from edgevision.errors import MissingDependencyError


def truth(rows: list[list[float]]) -> Truth:
    table = np.asarray(rows, np.float32).reshape(-1, 5)
    return Truth(table[:, :4], table[:, 4].astype(np.int64))


def test_empty_sets_by_pycocotools() -> None:
    pytest.importorskip("pycocotools")
    true = [truth([[0, 0, 10, 10, 1]])]
    assert coco_score([Detections.empty()], true).map50 == 0.0
    assert coco_score([Detections.empty()], [truth([])]).map50_95 == 0.0


def test_without_pycocotools_the_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    original = builtins.__import__

    def refuse(name: str, *args: Any, **options: Any) -> Any:
        if name.startswith("pycocotools"):
            raise ImportError(name)
        return original(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(MissingDependencyError, match="pip install pycocotools"):
        coco_score([], [])
