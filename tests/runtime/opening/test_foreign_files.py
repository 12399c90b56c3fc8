"""Every file of ``tflite-foreign`` answers as its publisher means it, or is asked for.

The flags are those that the question names; ``docs/reference/models-that-run.md`` lists
them with many more published files.
"""

from __future__ import annotations

from typing import Any, Final

import pytest
from edgevision.runtime.results import (
    Classifications,
    Detections,
    Embedding,
    Heads,
    Landmarks,
    OutputImage,
    Poses,
    Segmentation,
    Text,
    Values,
)
from support.runtimes import skip_where_lacking

import edgevision
from edgevision.errors import EdgeVisionError

FACE: Final = "images/face.jpg"
AGES: Final = [
    {"name": "age", "decoder": "classifier", "outputs": [0]},
    {"name": "gender", "decoder": "classifier", "outputs": [1]},
]
WITHOUT_FLAGS: Final[dict[str, type]] = {
    "fomo": Detections,
    "kind_efficientdet_raw": Detections,
    "kind_multipose_256": Poses,
    "kind_multipose_int32": Poses,
    "kind_singlepose_int32": Poses,
    "kind_ssd_nonms": Detections,
    "mp_face_detection_short_range": Detections,
    "mp_face_landmark": Landmarks,
    "mp_hand_landmark_lite": Landmarks,
    "mp_palm_detection_lite": Detections,
    "mp_selfie_segmentation": Segmentation,
    "yolov5_param": Detections,
}
# What a question names, the answers to it, and what then comes back.
WITH_FLAGS: Final[dict[str, tuple[str, dict[str, Any], type]]] = {
    "age_lite_q": (
        "--task values",
        {"task": "values", "options": {"names": "age"}, "normalize": "unit"},
        Values,
    ),
    "kind_age_gender": (
        "--head",
        {
            "decoder": "heads",
            "options": {
                "heads": [{**one, "options": {"activation": "softmax"}} for one in AGES]
            },
            "normalize": "unit",
        },
        Heads,
    ),
    "kind_batch4": ("--normalize", {"normalize": "unit"}, Classifications),
    "kind_binary_sigmoid": (
        "--decoder classifier|--task classification",
        {"decoder": "classifier", "normalize": "unit"},
        Classifications,
    ),
    "kind_depth_midas": (
        "--option kind=map",
        {"task": "image", "options": {"kind": "map"}, "normalize": "torch"},
        OutputImage,
    ),
    "kind_donkey": (
        "names=angle,throttle",
        {"task": "values", "options": {"names": "angle,throttle"}, "normalize": "unit"},
        Values,
    ),
    "kind_facenet512": (
        "--decoder embedding",
        {"decoder": "embedding", "normalize": "signed"},
        Embedding,
    ),
    "kind_facenet_l2": ("--normalize", {"normalize": "signed"}, Embedding),
    "kind_landmarks_fc": (
        "--decoder landmarks --option units=normalized",
        {
            "decoder": "landmarks",
            "options": {"units": "normalized"},
            "normalize": "unit",
        },
        Landmarks,
    ),
    "kind_mnist_28x28": (
        "--color gray",
        {"color": "gray", "normalize": "unit"},
        Classifications,
    ),
    "kind_multipose_dynamic": ("--input-size", {"input_size": (256, 256)}, Poses),
    "kind_ocr_argmax_int64": (
        "--decoder text|--task text|--normalize",
        {"decoder": "text", "normalize": "unit"},
        Text,
    ),
    "kind_ocr_ctc": (
        "--decoder text|--task text|--normalize",
        {"decoder": "text", "normalize": "unit"},
        Text,
    ),
    "kind_regress_angle": (
        "--task values",
        {"task": "values", "options": {"names": "angle"}, "normalize": "unit"},
        Values,
    ),
    "kind_superres": (
        "--normalize",
        {"task": "image", "options": {"pixels": "raw"}, "normalize": "raw"},
        OutputImage,
    ),
    "style_transfer": (
        "--input mobilenet_conv/Conv/BiasAdd=vector.npy",
        {
            "inputs": {"mobilenet_conv/Conv/BiasAdd": [0.1] * 100},
            "normalize": "unit",
        },
        OutputImage,
    ),
    "text_rec": (
        "--decoder text|--task text|--normalize",
        {"decoder": "text", "normalize": "unit"},
        Text,
    ),
}
# Refused, whatever is passed.
REFUSED: Final[dict[str, str]] = {
    "mnv1_edgetpu": "Edge TPU|Coral",
    "tflm_person_vela": "Ethos-U",
}


def test_every_file_has_a_row(shared) -> None:
    rows = {*WITHOUT_FLAGS, *WITH_FLAGS, *REFUSED}
    assert {path.stem for path in shared.glob("tflite-foreign/*.tflite")} == rows


@pytest.mark.parametrize("name", WITHOUT_FLAGS)
def test_a_known_kind_needs_no_flag(shared, name) -> None:
    path = shared / f"tflite-foreign/{name}.tflite"
    skip_where_lacking(path)
    with edgevision.load_model(path, trust=True) as model:
        assert type(model(shared / FACE)) is WITHOUT_FLAGS[name]


@pytest.mark.parametrize("name", WITH_FLAGS)
def test_a_question_names_what_answers_it(shared, name) -> None:
    path = shared / f"tflite-foreign/{name}.tflite"
    skip_where_lacking(path)
    words, answers, kind = WITH_FLAGS[name]
    with pytest.raises(EdgeVisionError, match=words):
        edgevision.load_model(path, trust=True)
    with edgevision.load_model(path, **answers, trust=True) as model:
        assert type(model(shared / FACE)) is kind


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_compiled_for_a_chip_is_named_as_such(shared, name) -> None:
    with pytest.raises(EdgeVisionError, match=REFUSED[name]):
        edgevision.load_model(shared / f"tflite-foreign/{name}.tflite")
