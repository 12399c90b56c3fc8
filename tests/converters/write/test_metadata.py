"""Cards and TFLite Metadata go into any .tflite and come out without a trace."""

from __future__ import annotations

import hashlib
import io
import struct
import subprocess
import sys
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from edgevision.converters.write.metadata import (
    attach,
    attach_file,
    detach,
    detach_file,
)
from edgevision.converters.write.original_file import MARKER
from edgevision.converters.write.tflite_metadata import (
    detection_roles,
    most_levels_off,
    peer_notes,
)
from edgevision.runtime.opening.options import OpenOptions
from edgevision.runtime.opening.resolve_settings import resolve
from edgevision.runtime.tflite.model_file import ModelFile, Signature
from hypothesis import given
from hypothesis import strategies as st
from support.tiny_models import tiny_classifier, with_outside_buffer

from edgevision.card import InputCard, ModelCard, OutputCard
from edgevision.errors import ModelCardError, ModelError

MODELS = [
    "cifar10_resnet8_int8_reference",
    "coco_ssd_mobilenet_v1_1.0_quant_metadata",
    "mobilenet_v1_0.25_224_float_metadata",
    "tf2_mobilenet_v2_1.0_224_ptq",
    "yolov8n_416_full_integer_quant",
]


def card_of(model: ModelFile, labels: tuple[str, ...] = ()) -> ModelCard:
    tensor = model.inputs[0]
    return ModelCard(
        "net",
        "classification",
        InputCard(tensor.shape[2], tensor.shape[1], mean=(1.0, 2.0, 3.0), std=(4.0,)),
        OutputCard("classifier", {"activation": "none"}, labels),
    )


def answer(data: bytes) -> list[np.ndarray]:
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        Interpreter = pytest.importorskip("tflite_runtime.interpreter").Interpreter  # noqa: N806
    native = Interpreter(model_content=data)
    native.allocate_tensors()
    detail = native.get_input_details()[0]
    pixels = np.random.default_rng(1).integers(0, 256, detail["shape"])
    native.set_tensor(detail["index"], pixels.astype(np.uint8).astype(detail["dtype"]))
    native.invoke()
    return [native.get_tensor(item["index"]) for item in native.get_output_details()]


@pytest.mark.parametrize("name", MODELS)
def test_a_real_model_takes_a_card_and_gives_it_back(shared, name):
    path = shared / "models" / f"{name}.tflite"
    data = path.read_bytes()
    card = resolve(ModelFile.open(path)).card
    new = attach(path, card)
    model = ModelFile.from_bytes(new)
    assert model.card == card
    assert resolve(model).card == card
    assert detach(new) == data
    # Again and again: nothing grows, and the same card gives the same bytes.
    assert attach(attach(new, card), card) == new
    with zipfile.ZipFile(io.BytesIO(new)) as archive:
        assert archive.testzip() is None
        assert {info.compress_type for info in archive.infolist()} == {0}
    # Positions count from the file's start, so other ZIP tools are content too.
    assert new[model.flatbuffer_size :][:4] == b"PK\x03\x04"
    for before, after in zip(answer(data), answer(new), strict=True):
        assert np.array_equal(before, after, equal_nan=True)


def test_files_of_other_tools_stay(shared):
    path = shared / "models/yolov8n_416_full_integer_quant.tflite"
    model = ModelFile.from_bytes(attach(path, resolve(ModelFile.open(path)).card))
    assert model.archive.names == ("temp_meta.txt", "labels.txt", "edgevision.json")
    assert model.ultralytics is not None
    assert model.min_runtime_version == "2.3.0"


def test_metadata_says_what_the_card_says(shared):
    path = shared / "models/coco_ssd_mobilenet_v1_1.0_quant_metadata.tflite"
    card = resolve(ModelFile.open(path)).card
    metadata = ModelFile.from_bytes(attach(path, card)).tflite_metadata
    assert metadata is not None
    assert metadata.min_parser_version == "1.0.0"
    assert [output.name for output in metadata.outputs] == [
        "location", "category", "score", "number of detections",
    ]  # fmt: skip
    assert metadata.outputs[0].box_order == (1, 0, 3, 2)
    assert (metadata.outputs[0].content, metadata.outputs[0].box_kind) == (
        "bounding box",
        1,
    )
    assert metadata.outputs[1].files[0].kind == 3
    assert (metadata.inputs[0].mean, metadata.inputs[0].std) == ((127.5,), (127.5,))
    assert metadata.inputs[0].color == "rgb"


def test_signatures_are_added_beside_the_old_ones(shared):
    path = shared / "models/yolov8n_416_full_integer_quant.tflite"
    model = ModelFile.open(path)
    signature = Signature(
        "camera", {"image": model.inputs[0].index}, {"boxes": model.outputs[0].index}
    )
    new = attach(path, resolve(model).card, signature=signature)
    keys = [item.key for item in ModelFile.from_bytes(new).signatures]
    assert keys == ["serving_default", "camera"]
    interpreter = pytest.importorskip("ai_edge_litert.interpreter")
    native = interpreter.Interpreter(model_content=new)
    runner = native.get_signature_runner("camera")
    assert list(runner.get_input_details()) == ["image"]
    pixels = np.zeros(model.inputs[0].shape, np.int8)
    assert runner(image=pixels)["boxes"].shape == (1, 84, 3549)


LABELS = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), max_size=12),
    min_size=48,
    max_size=48,
)


@given(
    labels=st.one_of(st.just([]), LABELS),
    extra=st.lists(st.binary(max_size=70), max_size=4),
    tail=st.binary(max_size=60),
    entries=st.dictionaries(st.sampled_from("abc"), st.binary(max_size=9), max_size=3),
)
def test_any_model_and_labels_make_the_round_trip(labels, extra, tail, entries):
    data = tiny_classifier(buffers=extra, metadata=entries) + tail
    card = card_of(ModelFile.from_bytes(data), tuple(labels))
    new = attach(data, card)
    model = ModelFile.from_bytes(new)
    assert model.card == card
    assert detach(new) == data
    assert attach(new, card) == new
    assert set(model.metadata_names) == {*entries, "TFLITE_METADATA"}
    for name, value in entries.items():
        assert model.metadata_entry(name) == value
    metadata = model.tflite_metadata
    assert metadata is not None
    assert metadata.inputs[0].std == (4.0, 4.0, 4.0)
    if any(labels):
        text = model.archive.read("labels.txt", limit=10**6)
        assert text is not None
        assert text.decode().split("\n") == [*labels, ""]


def test_buffers_outside_the_flatbuffer_keep_their_bytes():
    data = with_outside_buffer(300)
    model = ModelFile.from_bytes(data)
    new = attach(data, card_of(model))
    assert answer(new)[0].tolist() == answer(data)[0].tolist()
    found = []
    for content in (data, new):
        buffer = ModelFile.from_bytes(content).root.table_at(4, 2)
        start, size = buffer.u64(1), buffer.u64(2)
        found.append(content[start : start + size])
    assert found[0] == found[1] == data[-300:]
    assert detach(new) == data
    assert detach(attach(attach(new, card_of(model)), card_of(model))) == data


def test_files_are_written_whole_in_place_and_undone(shared, tmp_path):
    source = shared / "models/cifar10_resnet8_int8_reference.tflite"
    path = tmp_path / "net.tflite"
    path.write_bytes(source.read_bytes())
    card = resolve(ModelFile.open(path)).card
    attach_file(path, path, card)
    assert ModelFile.open(path).card == card
    assert path.read_bytes() == attach(source, card)
    detach_file(path, path)
    assert path.read_bytes() == source.read_bytes()
    assert [item.name for item in tmp_path.iterdir()] == ["net.tflite"]
    with pytest.raises(ModelError, match=r"Cannot write .*No such file"):
        attach_file(source, tmp_path / "missing" / "x.tflite", card)


def test_a_hundred_megabytes_take_little_memory(tmp_path):
    path = tmp_path / "large.tflite"
    path.write_bytes(tiny_classifier(buffers=[bytes(100 * 2**20)]))
    code = (
        "import resource, sys\n"
        "from edgevision.card import *\n"
        "from edgevision.converters.write.metadata import attach_file, detach_file\n"
        "card = ModelCard('n', 'classification', InputCard(4, 4), "
        "OutputCard('classifier'))\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"attach_file({str(path)!r}, {str(tmp_path / 'new')!r}, card)\n"
        f"detach_file({str(tmp_path / 'new')!r}, {str(tmp_path / 'old')!r})\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 40 * 1024
    digests = [
        hashlib.sha256(file.read_bytes()).digest() for file in (path, tmp_path / "old")
    ]
    assert digests[0] == digests[1]


def test_labels_that_do_not_fit_the_outputs_are_refused():
    data = tiny_classifier()
    with pytest.raises(ModelCardError, match="48 classes, but the card has 2 labels"):
        attach(data, card_of(ModelFile.from_bytes(data), ("a", "b")))


def test_a_changed_file_is_not_undone_silently():
    data = tiny_classifier(buffers=[b"weights" * 20])
    new = bytearray(attach(data, card_of(ModelFile.from_bytes(data))))
    new[new.index(b"weights")] ^= 1
    with pytest.raises(ModelError, match="was changed after its card was written"):
        detach(bytes(new))
    assert detach(data) == data
    at = new.index(MARKER) + 8
    struct.pack_into("<QQ", new, at, 64, 10**9)
    with pytest.raises(
        ModelError, match="claims an original of 1000000000 bytes at 64"
    ):
        detach(bytes(new))


def test_a_cut_archive_is_not_replaced_silently(shared):
    data = (shared / "models/tf2_mobilenet_v2_1.0_224_ptq.tflite").read_bytes()
    card = resolve(ModelFile.from_bytes(data)).card
    with pytest.raises(ModelError, match="cut off, among them imagenet_labels"):
        attach(data[:-60], card)


def test_what_other_tools_will_not_do_is_said(shared):
    models = shared / "models"
    fine = ModelFile.open(models / "tf2_mobilenet_v2_1.0_224_ptq.tflite")
    assert peer_notes(fine, resolve(fine).card) == ()
    signed = ModelFile.open(models / "cifar10_resnet8_int8_reference.tflite")
    assert (
        "refuse int8 inputs and outputs" in peer_notes(signed, resolve(signed).card)[0]
    )
    real = ModelFile.open(models / "cifar10_resnet8_float.tflite")
    card = resolve(real, OpenOptions(normalize="torch")).card
    assert "normalization per channel" in peer_notes(real, card)[0]
    card = resolve(real, OpenOptions(normalize="caffe")).card
    assert "feed RGB; this model takes bgr" in peer_notes(real, card)[0]


def test_levels_off_are_those_of_the_facts():
    # A normalization that the tensor's scale only partly undoes: FACTS, section 20.
    torch = InputCard(8, 8, mean=(123.675, 116.28, 103.53), std=(58.395, 57.12, 57.375))
    assert most_levels_off(torch, 0.019216, 114) > 1
    assert (
        most_levels_off(InputCard(8, 8, mean=(127.5,), std=(127.5,)), 1 / 127.5, 128)
        <= 1
    )
    assert most_levels_off(InputCard(8, 8), 1.0, 0) == 0


def test_detection_outputs_are_told_apart_by_the_operation(shared):
    model = ModelFile.open(
        shared / "models/coco_ssd_mobilenet_v1_1.0_quant_metadata.tflite"
    )
    assert detection_roles(model) == [0, 1, 2, 3]


def test_a_card_upon_a_converted_file_gives_the_converted_file_back():
    for data in (tiny_classifier(), with_outside_buffer(300)):
        card = card_of(ModelFile.from_bytes(data))
        made = replace(card, name="converted", check={"digest": "0" * 64})
        converted = attach(data, made, converted=True)
        assert detach(converted) == converted
        new = attach(converted, card)
        assert ModelFile.from_bytes(new).card == card
        assert answer(new)[0].tolist() == answer(data)[0].tolist()
        # Repeated: one layer, whose undo is the converted file; nothing grows.
        assert attach(attach(new, made), card) == new
        for _ in range(2):
            assert detach(attach(new, made)) == detach(new) == converted
            new = attach(detach(new), card)
        assert ModelFile.from_bytes(converted).card == made
