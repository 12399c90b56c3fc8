"""Records as JSON: written for old readers too, and old records read."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path

import pytest
from edgevision.runtime.benchmark.comparison import compare_records
from edgevision.runtime.benchmark.record_json import (
    is_model_file,
    is_record_file,
    read_record,
    record_from_json,
    record_to_json,
)
from edgevision.runtime.benchmark.speed import compare_speeds, compare_with_float
from support.json_schema import faults
from support.latency import record, result

from edgevision.errors import EdgeVisionError

# Of a tiny model and its float twin, by the version that wrote "total" for "model".
OLD = Path(__file__).parent / "schema1_record.json"
BOTH = (result("a.tflite"), result("b.tflite", 21.0, size=400))
FULL = record(
    *BOTH,
    against=compare_with_float(BOTH, [(0, 1)]),
    comparisons=compare_speeds(BOTH),
    answer="a.tflite is faster.",
)


def written(value):
    return json.loads(json.dumps(value, allow_nan=False))


def test_a_record_is_read_back_as_it_was():
    assert record_from_json(written(record_to_json(FULL))) == FULL
    bare = record(result(stage="bare"))
    assert record_from_json(written(record_to_json(bare))) == bare


def test_json_follows_the_documented_schema(repository):
    schema = json.loads(
        (repository / "docs/reference/benchmark.schema.json").read_text()
    )
    for data in (written(record_to_json(FULL)), json.loads(OLD.read_text())):
        assert faults(data, schema, schema, "record") == []


def test_a_record_of_the_version_before_is_read():
    data = json.loads(OLD.read_text())
    old = read_record(OLD)
    for before, after in zip(data["results"], old.results, strict=True):
        total = before["stages"]["total"]
        assert after.headline == "model"
        assert after.latency.p50_ms == total["p50_ms"]
        assert list(after.latency.interval) == total["interval_ms"]
        assert (
            after.stage_blocks("model").medians.tolist()
            == (before["blocks"][0]["total_ms"])
        )
    assert old.against[0].float_name == data["against"][0]["float"]
    assert old.comparisons == ()
    assert compare_records(old, old, max_slowdown=0.05).too_slow == ()


def test_readers_of_the_version_before_find_all_that_they_read():
    """Every key of an old record, with the kind of its value, is in a new one."""

    def keys(value, place=""):
        if isinstance(value, dict):
            for key, item in value.items():
                yield f"{place}.{key}"
                yield from keys(item, f"{place}.{key}")
        elif isinstance(value, list) and value:
            yield from keys(value[0], f"{place}[]")

    rewritten = record_to_json(read_record(OLD))
    assert set(keys(json.loads(OLD.read_text()))) - set(keys(rewritten)) == set()
    first = rewritten["results"][0]
    assert (first["main"], first["headline"]) == ("total", "model")
    assert first["stages"]["total"] == first["stages"]["model"]
    assert first["blocks"][0]["lane"] == "total"
    assert rewritten["schema"] == 1


def write(path: Path, data) -> Path:
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


def changed(**more):
    return {**record_to_json(record(result(stage="bare"))), **more}


# what is written -> the sentence
BROKEN = [
    ("{", "is not JSON"),
    ('{"kind": "other"}', "is no record of a benchmark"),
    ("[]", "is no record of a benchmark"),
    (changed(schema=99), "has schema 99"),
    (changed(schema="x"), "has schema 'x'"),
    (changed(results=[{}]), "is a damaged record"),
    (changed(results=[[]]), "is a damaged record"),
    (changed(results=None), "is a damaged record"),
    (changed(trust={}), r"is a damaged record.*record\.trust has no 'trustworthy'"),
    (changed(trust=7), r"is a damaged record.*record\.trust is not an object"),
    (changed(created=7), r"is a damaged record.*record\.created is 7, not str"),
    (changed(environment={}), r"is a damaged record.*environment has no 'board'"),
]


@pytest.mark.parametrize(("data", "expected"), BROKEN)
def test_broken_record_is_one_sentence(tmp_path, data, expected):
    path = write(tmp_path / "a.json", data)
    with pytest.raises(EdgeVisionError, match=rf"a\.json {expected}"):
        read_record(path)


def test_bytes_that_are_no_text_are_one_sentence(tmp_path):
    (tmp_path / "a.json").write_bytes(b"\xcc\xff")
    with pytest.raises(EdgeVisionError, match=r"a\.json is not JSON: it is no text"):
        read_record(tmp_path / "a.json")


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "is not above 0"), (-1.0, "is not above 0"), (float("nan"), "holds NaN")],
)
def test_latency_that_cannot_be_is_damage(tmp_path, value, words):
    data = copy.deepcopy(changed())
    data["results"][0]["blocks"][0]["bare_ms"][3] = value
    with pytest.raises(EdgeVisionError, match=words):
        read_record(write(tmp_path / "a.json", data))


def test_absent_record_is_one_sentence(tmp_path):
    with pytest.raises(EdgeVisionError, match=r"Reading the record .* failed"):
        read_record(tmp_path / "absent.json")


# file name, first bytes -> is a model, is a record
KINDS = [
    ("a.tflite", b"\x1c\0\0\0TFL3", True, False),
    ("a.bin", b"\x1c\0\0\0TFL3", True, False),
    ("a.tflite", b"", True, False),
    ("a.json", b" \n{", False, True),
    ("a.json", b"", False, False),
    ("a.tflite", b"{}", True, True),
]


@pytest.mark.parametrize(("name", "start", "model", "json_object"), KINDS)
def test_models_and_records_are_told_apart(tmp_path, name, start, model, json_object):
    path = tmp_path / name
    path.write_bytes(start)
    assert (is_model_file(path), is_record_file(path)) == (model, json_object)


def test_a_record_of_gigabytes_is_not_read(tmp_path):
    path = tmp_path / "a.json"
    path.touch()
    os.truncate(path, 40 << 30)  # more than there is memory
    with pytest.raises(EdgeVisionError, match=r"failed: it has 42.9 GB, and at most"):
        read_record(path)
