"""What can run a model, by the tables and by trying."""

from __future__ import annotations

from edgevision.runtime.interpreter import installed_backends
from edgevision.runtime.opening.inspection.runtime_support import runtime_support
from edgevision.runtime.tflite import RUNTIMES
from edgevision.runtime.tflite.model_file import ModelFile
from support.tiny_models import tiny_classifier


def test_every_table_is_asked_and_every_installed_backend_tries(tmp_path):
    path = tmp_path / "net.tflite"
    path.write_bytes(tiny_classifier())
    support = runtime_support(ModelFile.open(path), run=True)
    assert support.lacks == dict.fromkeys(RUNTIMES, ())
    assert tuple(support.trials) == installed_backends()
    assert all(trial.ok for trial in support.trials.values())
    assert set(support.to_dict()) == {"stamped", "tables", "seen", "known_backends"}
