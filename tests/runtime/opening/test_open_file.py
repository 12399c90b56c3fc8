"""Model files: with a card, without one, and real ones against a plain pipeline."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from edgevision.runtime.demo import CLASSIFIER, DETECTOR
from edgevision.runtime.interpreter.backends import find_backend, installed_backends
from edgevision.runtime.opening import open_file, run_shapes
from edgevision.runtime.opening.gate import admission
from support.color_model import color_model

import edgevision
from edgevision.card import InputCard, ModelCard, OutputCard
from edgevision.errors import ModelCardError, ModelError, UnsupportedModelError

pytestmark = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)

BLUE = np.full((20, 30, 3), (250, 20, 10), np.uint8)  # BGR


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "colors.tflite"
    path.write_bytes(color_model("int8", scale=0.1, zero_point=-128, end="softmax"))
    return path


CARD = ModelCard(
    name="colors",
    task="classification",
    # 0..25.5: the card says that pixels are a tenth.
    input=InputCard(8, 8, std=(10.0,)),
    output=OutputCard("classifier", {}, ("red", "green", "blue")),
)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "float32"])
@pytest.mark.parametrize("end", ["softmax", "sigmoid"])
def test_a_tiny_model_answers(tmp_path, dtype, end):
    path = tmp_path / "colors.tflite"
    low = -128 if dtype == "int8" else 0
    path.write_bytes(color_model(dtype, scale=0.1, zero_point=low, end=end))
    card = CARD.with_output(options={"activation": "none"})
    with edgevision.load_model(path, card=card, top_k=2) as model:
        result = model(BLUE)
        assert result.labels[0] == "blue"
        assert len(result) == 2
        expected = {"uint8": "copy", "int8": "xor", "float32": "shared-table"}[dtype]
        assert model.preprocessor.step == expected


def test_a_card_from_a_file_is_taken(file, tmp_path):
    card = tmp_path / "card.json"
    card.write_text(CARD.to_json())
    with edgevision.load_model(file, card=card) as model:
        assert model(BLUE).top.label == "blue"


def test_the_callers_options_win(file):
    with edgevision.load_model(
        file, card=CARD, deny=["blue"], score_threshold=0.0, labels=["r", "g", "blue"]
    ) as model:
        assert sorted(model(BLUE).labels) == ["g", "r"]


def test_a_range_that_proves_nothing_needs_a_word(file):
    with pytest.raises(UnsupportedModelError, match="--normalize"):
        edgevision.load_model(file)
    with edgevision.load_model(file, normalize="mean=0,std=10") as model:
        assert model(BLUE).top.class_id == 2


def test_a_card_with_a_wrong_option_is_the_files_fault(file):
    wrong = CARD.with_output(options={"top_k": -3})
    with pytest.raises(ModelCardError, match=r"card of colors\.tflite is wrong: top_k"):
        edgevision.load_model(file, card=wrong)


def test_labels_that_do_not_fit_are_the_callers_fault(file):
    """The sentence blamed the card of a file that had none."""
    with pytest.raises(ValueError, match="the alphabet has 5 characters") as caught:
        edgevision.load_model(file, normalize="raw", task="text", labels=list("abcde"))
    assert "card" not in str(caught.value)


def test_an_option_that_the_decoder_lacks_is_the_callers_fault(file):
    with pytest.raises(ValueError, match="No option of decoder 'classifier' 'iou_thr"):
        edgevision.load_model(file, card=CARD, iou_threshold=0.5)


def test_a_file_that_is_absent_is_a_sentence(tmp_path):
    with pytest.raises(ModelError, match=r"absent\.tflite"):
        edgevision.load_model(tmp_path / "absent.tflite")


def _by_hand(path, threads=1):
    """Return a function: picture file to class, as one would write it without us."""
    interpreter = find_backend().interpreter(str(path), num_threads=threads)
    interpreter.allocate_tensors()
    image = interpreter.get_input_details()[0]
    scores = interpreter.get_output_details()[0]
    _, height, width, _ = image["shape"]

    def classify(picture):
        bgr = cv2.imread(str(picture))
        small = cv2.resize(bgr, (width, height), interpolation=cv2.INTER_LINEAR)
        interpreter.set_tensor(image["index"], small[np.newaxis, :, :, ::-1])
        interpreter.invoke()
        return int(interpreter.get_tensor(scores["index"])[0].argmax())

    return classify


@pytest.mark.shared
@pytest.mark.slow
def test_a_hundred_photographs_are_classified_as_by_hand(shared):
    path = shared / "models" / "tf2_mobilenet_v2_1.0_224_ptq.tflite"
    lines = (shared / "imagenet" / "labels.tsv").read_text().splitlines()
    photographs = sorted(Path(shared / "imagenet").glob("*.JPEG"))
    assert len(photographs) == 100
    by_hand = _by_hand(path)
    right = 0
    truth = {}
    for line in lines:
        cells = line.split("\t")
        if cells[1].isdecimal():
            truth[cells[0]] = int(cells[1])
    with edgevision.load_model(path, threads=1) as model:
        assert model.preprocessor.step == "copy"
        for photograph in photographs:
            top = model(photograph).top.class_id
            assert top == by_hand(photograph), photograph.name
            right += top == truth[photograph.name]
    assert right >= 80


def test_a_gallery_with_a_model_that_gives_no_embedding_is_refused(file):
    with pytest.raises(
        UnsupportedModelError,
        match=r"is a model for classification \(decoder classifier\)\. Leave --gallery",
    ):
        edgevision.load_model(file, card=CARD, gallery="faces.npz")


def test_tiles_lie_around_a_detector_and_nothing_else(file):
    with pytest.raises(UnsupportedModelError, match="Only a detector can look at til"):
        edgevision.load_model(file, card=CARD, tiles="2x2")
    with pytest.raises(ValueError, match="COLUMNSxROWS"):
        edgevision.load_model("absent.tflite", tiles="2")


def test_a_tiled_detector_goes_before_a_classifier():
    image = np.random.default_rng(1).integers(0, 256, (144, 192, 3), np.uint8)
    with edgevision.load_model(DETECTOR, tiles="2x1", score_threshold=0.1) as tiled:
        assert isinstance(tiled, edgevision.TiledModel)
        assert tiled.info()["tiles"] == {"columns": 2, "rows": 1, "overlap": 0.2}
        alone = tiled(image)
        with tiled.then(edgevision.load_model(CLASSIFIER)) as both:
            assert isinstance(both, edgevision.TwoStage)
            assert both.labels == both.second.labels
            assert len(both(image)) <= len(alone)


@pytest.fixture
def swapped(file, monkeypatch):
    """Let another file lie at the path as soon as one of our steps has looked at it."""
    other = color_model("uint8", end="sigmoid")
    before = hashlib.sha256(file.read_bytes()).hexdigest()

    def after(module, name):
        step = getattr(module, name)

        def look_and_swap(*arguments, **options):
            answer = step(*arguments, **options)
            file.write_bytes(other)
            return answer

        monkeypatch.setattr(module, name, look_and_swap)

    return before, after


@pytest.mark.parametrize("step", ["check_hash", "is_admitted", "try_in_child"])
def test_what_runs_is_what_passed_the_gate(file, swapped, step):
    sha256, after = swapped
    after(admission, step)
    with edgevision.load_model(file, card=CARD) as model:
        assert model.interpreter.content.sha256 == sha256
        assert model(BLUE).top.label == "blue"


def test_what_runs_is_what_the_record_of_an_earlier_opening_belongs_to(file, swapped):
    _, after = swapped
    file.write_bytes(color_model("uint8", end="softmax"))
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    edgevision.load_model(file).close()
    after(open_file, "recall")
    with edgevision.load_model(file) as model:
        assert model.interpreter.content.sha256 == sha256


def test_a_file_with_open_shapes_is_not_looked_at_again(tmp_path, monkeypatch):
    path = tmp_path / "open.tflite"
    path.write_bytes(color_model(size=(1, 1), signature=(1, -1, -1, 3)))
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    real = run_shapes.at_run_shapes

    def swap(*arguments):
        path.write_bytes(b"another file by now")
        return real(*arguments)

    monkeypatch.setattr(run_shapes, "at_run_shapes", swap)
    card = CARD.with_output(options={"activation": "none"})
    with edgevision.load_model(path, card=card, input_size="8x8") as model:
        assert model.interpreter.content.sha256 == before
