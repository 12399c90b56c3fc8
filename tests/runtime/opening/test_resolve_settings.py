"""How a model is run, and what proves it."""

from __future__ import annotations

import pytest
from edgevision.runtime.opening.options import OpenOptions
from edgevision.runtime.opening.resolve_settings import resolve
from edgevision.runtime.tflite.model_file import ModelFile
from support.tiny_models import tiny_classifier

import edgevision
from edgevision.card import InputCard, ModelCard, OutputCard
from edgevision.errors import UnsupportedModelError

SIGNED = (127.5, 127.5)
# model, decoder, mean, std, resize, number of labels
FOREIGN = [
    ("cifar10_resnet8_int8_reference", "classifier", 0, 1, "stretch", 0),
    ("coco_ssd_mobilenet_v1_1.0_quant_metadata", "ssd-op", 127.5, 127.5, "stretch", 90),
    ("deeplabv3_mnv2_dm05_pascal_quant", "segmentation", 127.5, 127.5, "stretch", 0),
    ("mobilenet_v1_0.25_224_float_metadata", "classifier", *SIGNED, "stretch", 1001),
    ("mobilenet_v1_0.25_224_quant_metadata", "classifier", *SIGNED, "stretch", 1001),
    (
        "mobilenet_v1_1.0_224_quant_embedding_extractor",
        "embedding", 127.5, 127.5, "stretch", 0,
    ),
    ("mobilenet_v2_1.0_224_quant", "classifier", *SIGNED, "stretch", 1001),
    ("movenet_single_pose_lightning_ptq", "pose", 0, 1, "letterbox", 0),
    ("tf2_mobilenet_v2_1.0_224_ptq", "classifier", *SIGNED, "stretch", 1001),
    ("vww_mobilenetv1_96_int8_reference", "classifier", 0, 255, "stretch", 0),
    ("yolov8n_416_full_integer_quant", "yolo", 0, 255, "letterbox", 80),
    ("yolov8n_640_int8_float_io", "yolo", 0, 255, "letterbox", 80),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "decoder", "mean", "std", "resize", "labels"), FOREIGN
)
def test_a_foreign_model_explains_itself(
    shared, name, decoder, mean, std, resize, labels
):
    settings = resolve(ModelFile.open(shared / "models" / f"{name}.tflite"))
    card = settings.card
    assert card.output.decoder == decoder
    assert card.input is not None
    assert (card.input.mean, card.input.std) == ((mean,), (std,))
    assert (card.input.resize, card.input.color) == (resize, "rgb")
    assert len(card.output.labels) == labels
    # Every choice has its evidence, and each assumption is said.
    for key in (
        "task",
        "decoder",
        "size",
        "color",
        "resize",
        "normalization",
        "labels",
    ):
        assert settings.evidence[key]
    assumed = sum(words == "assumed" for words in settings.evidence.values())
    assert len(settings.assumptions) == assumed


def test_softmax_at_the_end_means_scores(shared):
    settings = resolve(
        ModelFile.open(shared / "models/tf2_mobilenet_v2_1.0_224_ptq.tflite")
    )
    assert settings.card.output.options["activation"] == "none"
    assert "SOFTMAX" in settings.evidence["options.activation"]


def test_a_float_input_proves_nothing(shared):
    model = ModelFile.open(shared / "models/cifar10_resnet8_float.tflite")
    with pytest.raises(UnsupportedModelError, match="Pass --normalize: raw"):
        resolve(model)
    settings = resolve(model, OpenOptions(normalize="raw", labels=list("abcdefghij")))
    assert settings.card.input is not None
    assert settings.card.input.std == (1.0,)
    assert settings.evidence["normalization"] == "the caller (--normalize raw)"
    assert settings.card.output.labels[9] == "j"
    assert resolve(model, OpenOptions(normalize="caffe")).card.input.color == "bgr"
    assert (
        resolve(model, OpenOptions(normalize="caffe", color="rgb")).card.input.color
        == "rgb"
    )


def test_labels_of_the_caller_must_fit(shared):
    model = ModelFile.open(shared / "models/tf2_mobilenet_v2_1.0_224_ptq.tflite")
    with pytest.raises(UnsupportedModelError, match="often 'background'"):
        resolve(model, OpenOptions(labels=["a"] * 1000))
    with pytest.raises(UnsupportedModelError, match="that the model lacks"):
        resolve(model, OpenOptions(labels=["a"] * 1002))
    with pytest.raises(UnsupportedModelError, match="1001 classes, but 3 labels"):
        resolve(model, OpenOptions(labels=["a"] * 3))


def test_what_the_caller_says_and_nothing_takes_is_refused(shared):
    """Labels of a network with heads, and a number for the picture, were ignored."""
    model = ModelFile.open(shared / "models/tf2_mobilenet_v2_1.0_224_ptq.tflite")
    with pytest.raises(UnsupportedModelError, match="each with labels of its own"):
        resolve(model, OpenOptions(decoder="heads", normalize="raw", labels=["a"]))
    name = model.inputs[0].name
    with pytest.raises(ValueError, match="needs an input for the picture"):
        resolve(model, OpenOptions(normalize="raw", inputs={name: 3}))


def test_the_caller_comes_before_the_card_and_the_card_before_the_file(shared):
    model = ModelFile.open(shared / "models/tf2_mobilenet_v2_1.0_224_ptq.tflite")
    card = ModelCard(
        "net",
        "classification",
        InputCard(224, 224, color="bgr", resize="letterbox", mean=(1.0,), std=(2.0,)),
        OutputCard("classifier", {"activation": "softmax"}, ("x",) * 1001),
    )
    settings = resolve(
        model, OpenOptions(card=card, resize="center-crop:0.875", options={"top_k": 3})
    )
    found = settings.card
    assert found.input == InputCard(
        224, 224, "bgr", "center-crop", 0.875, mean=(1.0,), std=(2.0,)
    )
    assert found.output.options == {"activation": "softmax", "top_k": 3}
    assert settings.evidence["color"] == "the caller's card"
    assert settings.evidence["resize"] == "the caller (--resize center-crop:0.875)"
    assert settings.assumptions == ()


def test_a_card_that_disagrees_with_the_tensors_is_refused(shared):
    model = ModelFile.open(shared / "models/tf2_mobilenet_v2_1.0_224_ptq.tflite")
    card = ModelCard(
        "net", "classification", InputCard(320, 320), OutputCard("classifier")
    )
    with pytest.raises(UnsupportedModelError, match="1x224x224x3 uint8, but its card"):
        resolve(model, OpenOptions(card=card))


def test_a_model_without_pictures_is_a_sentence(shared):
    model = ModelFile.open(shared / "models/invalid_custom_op.tflite")
    with pytest.raises(UnsupportedModelError, match="has no image input"):
        resolve(model)
    with pytest.raises(UnsupportedModelError, match="has no image input; it has"):
        resolve(model, OpenOptions(decoder="classifier"))


@pytest.mark.parametrize(
    ("name", "task", "decoder"),
    [
        ("yolov8n_640_int8_float_io", "detection", "yolo"),
        ("yolov8n_640_int8_float_io", "segmentation", "segmentation"),
        ("yolov8n_640_int8_float_io", "pose", "pose"),
        ("movenet_single_pose_lightning_ptq", "pose", "pose"),
        ("coco_ssd_mobilenet_v1_1.0_quant_metadata", "detection", "ssd-op"),
        ("mobilenet_v2_1.0_224_quant", "embedding", "embedding"),
    ],
)
def test_a_task_goes_with_a_decoder_of_that_task(shared, name, task, decoder):
    file = ModelFile.open(shared / "models" / f"{name}.tflite")
    card = resolve(file, OpenOptions(task=task)).card
    assert (card.task, card.output.decoder) == (task, decoder)


def test_a_task_that_no_tensor_shows_is_a_sentence(shared):
    file = ModelFile.open(shared / "models" / "mobilenet_v2_1.0_224_quant.tflite")
    with pytest.raises(UnsupportedModelError, match=r"do not show .*Pass --decoder"):
        resolve(file, OpenOptions(task="detection"))


def test_a_task_that_does_not_exist_names_those_that_do(shared):
    name = "coco_ssd_mobilenet_v1_1.0_quant_metadata.tflite"
    file = ModelFile.open(shared / "models" / name)
    with pytest.raises(ValueError, match="No task 'detect'. Did you mean 'detection'"):
        resolve(file, OpenOptions(task="detect"))


@pytest.mark.parametrize(
    ("options", "activation"),
    [
        ({}, "softmax"),
        ({"multi_label": False}, "softmax"),
        # Several labels may be true: no softmax makes one of them win.
        ({"multi_label": True}, "sigmoid"),
        ({"multi_label": True, "activation": "none"}, "none"),
    ],
)
def test_logits_of_several_true_labels_are_read_by_a_sigmoid(options, activation):
    model = ModelFile.from_bytes(tiny_classifier())
    settings = resolve(model, OpenOptions(options=options))
    assert settings.card.output.options["activation"] == activation
    stated = settings.card.with_output(
        options={"activation": "softmax", "score_threshold": 0.25}
    )
    again = resolve(model, OpenOptions(card=stated, options=options))
    assert again.card.output.options["activation"] == activation
    assert again.card.output.options["score_threshold"] == 0.25


def test_numbers_of_three_colours_do_not_fit_a_gray_input(shared):
    path = shared / "tflite-foreign/text_rec.tflite"
    with pytest.raises(UnsupportedModelError) as error:
        edgevision.load_model(path)
    assert "torch" not in str(error.value)
    with pytest.raises(ValueError, match="one for each colour, and text_rec.tflite"):
        edgevision.load_model(path, normalize="torch")
