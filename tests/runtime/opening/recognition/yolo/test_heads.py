"""YOLO's heads by their cells and by what their graphs join and compute."""

from __future__ import annotations

import pytest
from edgevision.runtime.decoders import named_decoder
from edgevision.runtime.opening import OpenOptions, resolve
from edgevision.runtime.opening.recognition import (
    Assumption,
    boxes_question,
    proven_options,
    recognise,
)
from edgevision.runtime.tflite import ModelFile
from support.expressions import model_of

from edgevision.errors import UnsupportedModelError

MIDDLE = "MUL(SUB(ADD(SOFTMAX(image), {0}), SOFTMAX(image)), {1})"
NORMALIZED = MIDDLE.format(0.9, 0.5)
PIXELS = MIDDLE.format(79.5, 8)
ONE = "1:LOGISTIC(image)"
LOGARITHMS = "MUL(EXP(CONV_2D(image)), 8)"


def head(tensor: str, expression: str, *others: str, side: int = 320) -> ModelFile:
    """Return a model of one output, or of two with another tensor and expression."""
    outputs = [("head", tensor, expression)]
    if others:
        outputs.append(("more", *others))
    return model_of([f"1x{side}x{side}x3 uint8 0..255"], outputs)


def joined(boxes: str, *behind: str) -> str:
    parts = ", ".join(behind)
    return f"CONCATENATION(2:{boxes}, 2:SUB(CONV_2D(image), 1), {parts})"


@pytest.mark.parametrize(
    ("boxes", "units"), [(NORMALIZED, "normalized"), (PIXELS, "pixel")]
)
def test_constants_prove_the_unit_of_floats(boxes, units):
    model = head("1x84x2100", joined(boxes, "80:LOGISTIC(image)"))
    found = recognise(model)
    assert found is not None
    assert (found.decoder, found.options["units"]) == ("yolo", units)
    assert "by its constants, boxes reach" in str(found.option_evidence["units"])


@pytest.mark.parametrize(
    ("side", "rows", "high", "units"),
    [
        (224, 3087, 6.7, "normalized"),
        (96, 567, 15.6, "normalized"),
        (96, 567, 96, "pixel"),
    ],
)
def test_a_range_is_judged_against_the_input(side, rows, high, units):
    kind = f"1x{rows}x20 uint8 0..{high}"
    found = recognise(head(kind, "QUANTIZE(CONV_2D(image))", side=side))
    assert found is not None
    assert found.options == {"head": "yolov5", "units": units}


def test_a_unit_that_only_frames_show_is_said():
    model = head("1x6300x85", "CONV_2D(image)")
    found = recognise(model)
    assert found is not None
    assert "units" not in found.options
    assert isinstance(found.option_evidence["units"], Assumption)
    settings = resolve(model)
    assert any("--option units=pixel" in text for text in settings.assumptions)
    stated = resolve(model, OpenOptions(options={"units": "pixel"}))
    assert not any("units" in text for text in stated.assumptions)


@pytest.mark.parametrize(
    ("tensor", "expression", "decoder", "options"),
    [
        (
            "1x56x2100",
            joined(PIXELS, "1:LOGISTIC(image), 51:MUL(image)"),
            "yolo-pose",
            {},
        ),
        ("1x56x2100", joined(PIXELS, "52:LOGISTIC(image)"), "yolo", {}),
        ("1x85x2100", joined(PIXELS, "81:LOGISTIC(image)"), "yolo", {"head": "yolov8"}),
        ("1x2100x20", joined(PIXELS, "16:LOGISTIC(image)"), "yolo", {"head": "yolov8"}),
        (
            "1x2100x85",
            f"CONCATENATION(2:{PIXELS}, 2:{LOGARITHMS}, 81:SLICE(image))",
            "yolo",
            {"head": "yolov5"},
        ),
        (
            "1x6x2100",
            joined(PIXELS, "1:LOGISTIC(image), 1:LOGISTIC(image)"),
            "yolo",
            {},
        ),
    ],
)
def test_what_a_graph_joins_settles_look_alikes(tensor, expression, decoder, options):
    model = head(tensor, expression)
    found = recognise(model)
    assert found is not None
    assert found.decoder == decoder
    assert options.items() <= found.options.items()
    # The decoder takes what was proven.
    named_decoder(
        decoder, model.outputs, model_size=(320, 320), options=dict(found.options)
    )


@pytest.mark.parametrize(
    ("tensor", "expression", "words"),
    [
        (
            "1x20x2100",
            joined(PIXELS, "15:LOGISTIC(image), 1:MUL(image)"),
            "rotated boxes.*15 scores and an angle",
        ),
        (
            "1x20x2100",
            joined(PIXELS, f"{ONE}, 15:MUL(image)"),
            r"--option keypoints=\[5,3\]",
        ),
        (
            "1x11x2100",
            joined(PIXELS, f"{ONE}, 6:MUL(image)"),
            r"keypoints=\[2,3\] or --option keypoints=\[3,2\]",
        ),
        ("1x2100x85", "CONV_2D(image)", "YOLOX's objectness with 80"),
        ("1x2100x112", "CONV_2D(image)", "107"),
    ],
)
def test_look_alikes_are_asked_for(tensor, expression, words):
    with pytest.raises(UnsupportedModelError, match=words):
        recognise(head(tensor, expression))


def test_scores_before_boxes_are_no_yolo():
    """NanoDet: 80 scores, then 32 numbers of four distributions."""
    expression = "CONCATENATION(80:LOGISTIC(image), 32:CONV_2D(image))"
    model = head("1x2125x112", expression)
    assert recognise(model) is None
    assert proven_options(model, "yolo")[0]["head"] == "yolov8"  # for who says yolo


def test_boxes_beside_scores_must_be_computed():
    scores = ("1x2100x80", "LOGISTIC(image)")
    found = recognise(head("1x2100x4", PIXELS, *scores))
    assert found is not None
    assert found.options == {"head": "yolov8", "units": "pixel"}
    assert isinstance(found.option_evidence["box_format"], Assumption)
    raw = head("1x2100x4", "RESHAPE(CONV_2D(image))", *scores)
    assert recognise(raw) is None
    assert "come straight from a convolution" in boxes_question(raw)
    # Three anchors per cell, as YOLOv4's exports have them.
    found = recognise(head("1x6300x4", PIXELS, "1x6300x80", "MUL(image)"))
    assert found is not None
    assert found.options == {"head": "yolov8", "units": "pixel"}
    assert recognise(head("1x6300x4", "CONV_2D(image)", *scores)) is None


def test_rows_of_six_need_an_operation_that_chose_them():
    rows = "GATHER({0}(image))"
    for name in ("TOPK_V2", "NON_MAX_SUPPRESSION_V4", "NON_MAX_SUPPRESSION_V5"):
        found = recognise(head("1x300x6", rows.format(name)))
        assert found is not None
        assert found.options == {"head": "end-to-end"}
    assert recognise(head("1x300x6", rows.format("CONV_2D"))) is None
    assert recognise(head("1x6x60", rows.format("TOPK_V2"))) is None


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        (
            "CONCATENATION(4:CONV_2D(image), 1:LOGISTIC(image), 16:LOGISTIC(image))",
            "yolox",
        ),
        ("CONV_2D(image)", ""),  # or three anchors with two classes each
    ],
)
def test_levels_of_21_channels_need_their_parts(expression, kind):
    sides = (40, 20, 10)
    outputs = [(str(side), f"1x{side}x{side}x21", expression) for side in sides]
    model = model_of(["1x320x320x3 uint8 0..255"], outputs)
    found = recognise(model)
    assert found is not None
    assert found.decoder == "yolo-levels"
    scores = {"activation": "none"}  # behind LOGISTIC
    assert found.options == ({"kind": kind, **scores} if kind else {})
    if not kind:
        with pytest.raises(UnsupportedModelError, match="3 anchors of 5"):
            named_decoder("yolo-levels", model.outputs, model_size=(320, 320))
