"""Raw heads with anchors are known by their rows, or by MediaPipe's metadata."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from edgevision.runtime.decoders.ssd import RULES, SsdDecoder, SsdOptions
from edgevision.runtime.opening.recognition import proven_options, recognise
from edgevision.runtime.opening.resolve_settings import resolve
from edgevision.runtime.tflite import Signature
from edgevision.runtime.tflite.model_file import ModelFile
from support.detector_metadata import detector_metadata
from support.graphs import Graph, Operation

from edgevision.errors import UnsupportedModelError

LITE0, SSD320, MAKER = 19206, 2034, 19125
LOGISTIC = [Operation("LOGISTIC", (3,), (9,)), Operation("CONV_2D", (1, 2), (8,))]


def head(
    rows: int,
    columns: int,
    operators: list[Operation] = LOGISTIC,
    *,
    side: int = 320,
    **names: str,
) -> Any:
    outputs = [(8, (1, rows, 4)), (9, (1, rows, columns))]
    graph = Graph(outputs, operators, side=side)
    if names:
        graph.signatures = (
            Signature("serving_default", {}, {names["boxes"]: 8, names["scores"]: 9}),
        )
    return graph


@pytest.mark.parametrize(
    ("rows", "columns", "name", "normalize"),
    [
        (LITE0, 90, "efficientdet-lite", "signed"),
        (LITE0, 3, "efficientdet-lite", "signed"),
        (SSD320, 91, "ssd", "signed"),
        (12804, 91, "ssd-fpn", ""),
        (MAKER, 2, "model-maker-320", "signed"),
        (3234, 91, "ssdlite-torchvision", ""),
    ],
)
def test_rows_show_the_rule(rows: int, columns: int, name: str, normalize: str) -> None:
    answer = recognise(head(rows, columns))
    assert answer is not None
    assert (answer.decoder, answer.task) == ("ssd", "detection")
    assert answer.options == {"anchors": name, "activation": "none"}
    assert f"{rows} rows" in answer.evidence
    assert RULES[name].title in answer.option_evidence["anchors"]
    assert "without labels" in answer.option_evidence["anchors"]
    assert answer.normalize == normalize


def test_rows_of_several_rules_leave_the_anchors_open() -> None:
    rows = RULES["efficientdet"].count((640, 640))
    assert recognise(head(rows, 80)) is None  # its input is 320 pixels
    larger: Any = Graph([(8, (1, rows, 4)), (9, (1, rows, 80))], LOGISTIC, side=640)
    answer = recognise(larger)
    assert answer is not None
    assert answer.decoder == "ssd"
    assert answer.options == {"activation": "none"}
    assert "EfficientDet-D0 to D6" in answer.evidence
    assert "KerasCV" in answer.evidence


def test_rules_that_differ_in_their_anchors_alone_prove_the_rest() -> None:
    operators = [Operation("CONV_2D", (1,), (9,))]
    outputs = [(7, (1, 4200, 10)), (8, (1, 4200, 4)), (9, (1, 4200, 2))]
    answer = recognise(cast(Any, Graph(outputs, operators)))
    assert answer is not None
    assert answer.options == {"activation": "softmax"}
    assert "RetinaFace or Face-Detector-1MB" in answer.option_evidence["activation"]
    with pytest.raises(UnsupportedModelError) as caught:
        SsdDecoder(
            Graph(outputs, operators).outputs,
            model_size=(320, 320),
            options=SsdOptions(**answer.options),
        )
    assert str(caught.value).endswith(
        "Pass --option anchors=retinaface or retinaface-1mb, which give as many, or "
        "ROWS."
    )


@pytest.mark.parametrize(
    ("operators", "rows", "activation"),
    [
        # A sigmoid on each level, before they are joined.
        (
            [
                Operation("LOGISTIC", (1,), (5,)),
                Operation("LOGISTIC", (2,), (6,)),
                Operation("CONCATENATION", (5, 6), (7,)),
                Operation("QUANTIZE", (7,), (9,)),
            ],
            SSD320,
            "none",
        ),
        # A level without one.
        (
            [
                Operation("LOGISTIC", (1,), (5,)),
                Operation("CONV_2D", (2,), (6,)),
                Operation("CONCATENATION", (5, 6), (9,)),
            ],
            SSD320,
            None,
        ),
        ([Operation("SOFTMAX", (1,), (9,))], SSD320, "none"),
        # Logits: SSD's models have sigmoid or softmax, EfficientDet's sigmoid.
        ([Operation("CONV_2D", (1,), (9,))], SSD320, None),
        ([Operation("CONV_2D", (1,), (9,))], LITE0, "sigmoid"),
        ([Operation("CONV_2D", (1,), (9,))], 3234, "softmax"),
        ([Operation("MUL", (1,), (9,))], LITE0, None),
    ],
)
def test_the_operations_behind_the_scores_say_what_they_are(
    operators: list[Operation], rows: int, activation: str | None
) -> None:
    options, evidence = proven_options(head(rows, 91, operators), "ssd")
    assert options.get("activation") == activation
    assert ("activation" in evidence) == (activation is not None)


def test_boxes_that_the_graph_computes_are_no_offsets() -> None:
    operators = [
        Operation("EXP", (1,), (5,)),
        Operation("MUL", (5, 2), (6,)),
        Operation("CONCATENATION", (6, 7), (8,)),
    ]
    with pytest.raises(UnsupportedModelError, match="--option box_order=yxyx"):
        recognise(head(SSD320, 91, operators))
    named = head(
        SSD320, 91, operators, boxes="raw_detection_boxes", scores="raw_scores"
    )
    answer = recognise(named)
    assert answer is not None
    assert answer.options == {"box_order": "yxyx"}


def test_names_tell_four_classes_from_boxes() -> None:
    assert recognise(head(LITE0, 4)) is None
    named = head(LITE0, 4, boxes="detection_boxes", scores="detection_scores")
    answer = recognise(named)
    assert answer is not None
    assert answer.options["roles"] == ["boxes", "scores"]


def test_metadata_say_more_than_numbers() -> None:
    """As MediaPipe's writer says it: a rule's own anchors, or those of nobody."""
    anchors = RULES["retinanet-tf"].anchors((64, 64))
    count = len(anchors)
    graph = head(count, 3, side=64)
    graph.metadata = detector_metadata(anchors, scales=(1.0, 1.0, 1.0, 1.0))
    answer = recognise(graph)
    assert answer is not None
    assert answer.options == {"anchors": "retinanet-tf", "activation": "none"}
    assert "metadata" in answer.option_evidence["anchors"]
    own = np.linspace(0, 1, 40, dtype=np.float32).reshape(10, 4)
    graph = head(10, 3, side=64)
    graph.metadata = detector_metadata(own, scales=(8.0, 7.0, 6.0, 5.0), sigmoid=True)
    answer = recognise(graph)
    assert answer is not None
    np.testing.assert_array_equal(np.asarray(answer.options["anchors"], "f4"), own)
    assert answer.options["box_scales"] == [8.0, 7.0, 6.0, 5.0]
    assert answer.options["activation"] == "sigmoid"
    # Sides that are no exponentials are not read, whatever the number of rows says.
    graph = head(count, 3, side=64)
    graph.metadata = detector_metadata(anchors, exponent=False)
    assert recognise(graph) is None
    # Metadata of another head, or damaged ones, prove nothing.
    graph = head(LITE0, 3)
    for payload in (detector_metadata(own), b"\4\0\0\0M001\0"):
        graph.metadata = payload
        answer = recognise(graph)
        assert answer is not None
        assert answer.options["anchors"] == "efficientdet-lite"


@pytest.mark.parametrize(
    ("name", "rule"),
    [("kind_efficientdet_raw", "efficientdet-lite"), ("kind_ssd_nonms", "ssd")],
)
def test_stand_ins_are_run_without_options(shared: Path, name: str, rule: str) -> None:
    path = shared / "tflite-foreign" / f"{name}.tflite"
    settings = resolve(ModelFile.open(path))
    assert settings.card.output.decoder == "ssd"
    assert settings.card.output.options == {"anchors": rule, "activation": "none"}
    assert settings.card.input is not None
    assert settings.card.input.mean == pytest.approx((127.5,))


def test_names_show_that_an_output_holds_the_anchors() -> None:
    """STMicroelectronics' model zoo: no number of rows needs to be known."""
    graph: Any = Graph(
        [(8, (1, 6820, 81)), (9, (1, 6820, 4)), (10, (1, 6820, 4))],
        [Operation("SOFTMAX", (3,), (8,)), Operation("CONV_2D", (1, 2), (9,))],
    )
    assert recognise(graph) is None
    outputs = {"classes_softmax": 8, "bboxes_concat": 9, "anchors_concat": 10}
    graph.signatures = (Signature("serving_default", {}, outputs),)
    answer = recognise(graph)
    assert answer is not None
    assert answer.decoder == "ssd"
    assert answer.options == {
        "roles": ["scores", "boxes", "anchors"],
        "activation": "none",
    }
    assert "6820 anchors themselves" in answer.evidence
