"""A file's facts, typed and as JSON."""

from __future__ import annotations

import hashlib
import json

import pytest
from edgevision.runtime.opening.inspection import Inspection, inspect_model
from support.tiny_models import tiny_classifier

from edgevision.errors import ModelError


def test_a_tiny_file_is_described_by_what_was_put_into_it(tmp_path):
    path = tmp_path / "net.tflite"
    data = tiny_classifier(metadata={"note": b"hello"})
    path.write_bytes(data)
    facts = inspect_model(path, run=False)
    assert isinstance(facts, Inspection)
    assert facts.file.bytes == len(data)
    assert facts.file.sha256 == hashlib.sha256(data).hexdigest()
    assert [tensor.size_and_type for tensor in facts.inputs] == ["1x4x4x3 uint8"]
    assert [(item.name, item.count) for item in facts.graph.operators] == [
        ("RESHAPE", 1)
    ]
    assert facts.metadata_entries == ("note",)
    assert facts.runtimes.trials == {}
    assert facts.tensors is None
    plain = facts.to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert "tensors" not in plain
    assert plain["graph"]["other_bytes"] == len(data) - plain["graph"]["weight_bytes"]


def test_tensors_are_listed_when_they_are_asked_for(tmp_path):
    path = tmp_path / "net.tflite"
    path.write_bytes(tiny_classifier())
    facts = inspect_model(path, run=False, tensors=True)
    assert facts.tensors is not None
    assert facts.to_dict()["tensors"] == [dict(row) for row in facts.tensors]


def test_a_file_that_is_not_the_one_of_its_checksum_is_refused(tmp_path):
    path = tmp_path / "net.tflite"
    path.write_bytes(tiny_classifier())
    (tmp_path / "net.tflite.sha256").write_text("0" * 64)
    with pytest.raises(ModelError, match="is not the file that"):
        inspect_model(path, run=False)
