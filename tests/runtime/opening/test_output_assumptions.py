"""What is assumed of pictures and texts is said, and the caller's word wins."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from edgevision.runtime.opening.evidence import Evidence
from edgevision.runtime.opening.options import OpenOptions
from edgevision.runtime.opening.output_assumptions import with_output_assumptions
from edgevision.runtime.opening.resolve_settings import resolve
from edgevision.runtime.sources import open_source
from edgevision.runtime.tflite import ModelFile

from edgevision.card import InputCard, ModelCard, OutputCard


def settings(shared: Any, name: str, **options: Any) -> Any:
    model = ModelFile.open(shared / f"tflite-foreign/{name}.tflite")
    return resolve(model, OpenOptions(**options))


@pytest.mark.parametrize(
    ("normalize", "units", "words"),
    [
        ("raw", (0.0, 1.0), "0..255"),
        ("unit", (0.0, 255.0), "0..1"),
        ("signed", (127.5, 127.5), "-1..1"),
    ],
)
def test_pictures_have_the_values_of_the_input(
    shared: Any, normalize: str, units: tuple[float, float], words: str
) -> None:
    known = settings(shared, "kind_superres", normalize=normalize)
    options = known.card.output.options
    assert (options["mean"], options["std"]) == units
    assert any(f"pixels are {words} as the input's" in one for one in known.assumptions)
    # The caller's word is no assumption.
    known = settings(
        shared, "kind_superres", normalize=normalize, options={"pixels": "raw"}
    )
    assert known.card.output.options == {"pixels": "raw"}
    assert not any("output's pixels" in one for one in known.assumptions)


def test_values_of_three_channels_are_not_taken_over(shared: Any) -> None:
    known = settings(shared, "kind_superres", normalize="torch")
    assert not known.card.output.options  # the decoder asks


def test_the_blank_and_the_alphabet_of_a_reader_are_assumed(shared: Any) -> None:
    said = {"task": "text", "normalize": "unit"}
    known = settings(shared, "kind_ocr_ctc", **said)
    assert known.evidence["options.blank"] == "assumed"
    assert known.evidence["labels"] == "assumed"
    known = settings(
        shared, "kind_ocr_ctc", **said, options={"blank": "first", "alphabet": "abc"}
    )
    assert known.evidence["options.blank"] == "the caller"
    assert "assumed" not in known.evidence["labels"]
    argmax = settings(shared, "kind_ocr_ctc", **said, options={"reader": "argmax"})
    assert "options.blank" not in argmax.evidence


def test_a_reader_of_upright_lines_says_how_pictures_are_turned(
    shared: Any, tmp_path: Any
) -> None:
    for size, is_upright in (((50, 200), True), ((200, 50), False)):
        evidence = Evidence()
        card = ModelCard("line", "text", InputCard(*size), OutputCard("text"))
        with_output_assumptions(card, evidence)
        words = " ".join(evidence.assumptions)
        assert ("rotate=90&flip=h" in words) == is_upright
    # What the sentence names swaps rows and columns.
    picture = np.random.default_rng(0).integers(0, 255, (4, 6, 3), dtype=np.uint8)
    cv2.imwrite(str(tmp_path / "line.png"), picture)
    with open_source(f"{tmp_path}/line.png?rotate=90&flip=h") as source:
        frame = next(iter(source.frames()))
    np.testing.assert_array_equal(frame.image, picture.transpose(1, 0, 2))
