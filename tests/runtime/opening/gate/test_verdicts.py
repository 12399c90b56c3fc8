"""Verdicts by content, backend and version, in the user's own cache."""

from __future__ import annotations

import pytest
from edgevision.runtime.interpreter.backends import find_backend, installed_backends
from edgevision.runtime.opening.gate import verdicts
from edgevision.runtime.opening.gate.verdicts import (
    is_admitted,
    keep_verdict,
    verdict_key,
)


@pytest.fixture(autouse=True)
def _nothing_admitted(monkeypatch):
    monkeypatch.setattr(verdicts, "_admitted", set())


def test_a_verdict_is_kept_for_this_and_other_processes(monkeypatch):
    assert not is_admitted("key")
    keep_verdict("key")
    assert is_admitted("key")
    monkeypatch.setattr(verdicts, "_admitted", set())
    assert is_admitted("key")
    assert not is_admitted("other")


@pytest.mark.skipif(not installed_backends(), reason="no interpreter is installed")
def test_another_backend_or_version_is_another_verdict():
    used = find_backend()
    key = verdict_key("0" * 64, None)
    assert key.startswith(f"{'0' * 64}-{used.name}-{used.version}-")
    assert verdict_key("0" * 64, used.name) == key
    assert verdict_key("1" * 64, None) != key
