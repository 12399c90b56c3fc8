"""Fixtures for all tests: shared data, seeds, a scrubbed environment."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parent.parent

# Under nohup, or in the background of a script, signals come in as ignored, and every
# program that a test starts and signals would inherit that.
for _signal, _usual in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGHUP, signal.SIG_DFL),
):
    if signal.getsignal(_signal) is signal.SIG_IGN:
        signal.signal(_signal, _usual)

settings.register_profile("project", deadline=None, derandomize=True)
# Emulated, an example takes as long as twenty.
settings.register_profile("emulated", deadline=None, derandomize=True, max_examples=10)
IN_ARM64 = "EDGEVISION_ARM64" in os.environ
settings.load_profile("emulated" if IN_ARM64 else "project")


def _find_shared() -> Path | None:
    named = os.environ.get("EDGEVISION_SHARED")
    places = [Path(named)] if named else [p / "shared" for p in REPOSITORY.parents[:3]]
    return next((p for p in places if (p / "data" / "README.md").is_file()), None)


SHARED = _find_shared()


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real models and images (``../shared/data``)."""
    if SHARED is None:
        reason = "no ../shared/data beside the checkout (real models and images)"
        if os.environ.get("EDGEVISION_REQUIRE_SHARED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return SHARED / "data"


@pytest.fixture
def rng() -> np.random.Generator:
    """Return the one seeded generator for a test's random data."""
    return np.random.default_rng(20261120)


@pytest.fixture(autouse=True)
def _scrubbed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("EDGEVISION_") and name not in (
            "EDGEVISION_SHARED",
            "EDGEVISION_REQUIRE_SHARED",
            "EDGEVISION_FAULT_ROWS",
            "EDGEVISION_GATE_SECONDS",  # of the rigs, which emulate slowly
        ):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests that need TensorFlow or a rig where it is not there."""
    import importlib.util

    if not IN_ARM64:
        elsewhere = pytest.mark.skip(reason="needs the system of 'make test-arm64'")
        for item in items:
            if "arm64" in item.keywords:
                item.add_marker(elsewhere)
    if importlib.util.find_spec("tensorflow") is None:
        skip = pytest.mark.skip(reason="TensorFlow is not installed")
        for item in items:
            if "tf" in item.keywords:
                item.add_marker(skip)


@pytest.fixture(autouse=True)
def _own_code_of_one_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the plug-ins that a test loads: later faults are not theirs."""
    from edgevision import registry

    monkeypatch.setattr(registry, "_own_packages", set(registry._own_packages))
