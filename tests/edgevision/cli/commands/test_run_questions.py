"""Each cure that a question of ``run`` names works as it is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from edgevision.cli.main import cli

# A flag with its value; several with only spaces between belong together.
_FLAG = r"--[a-z-]+ [^\s;:()]*[^\s,;:().]"
_GROUP = re.compile(rf"{_FLAG}(?: {_FLAG})*")
_FIRST = ("--task", "--head", "--decoder", "--color")
FILES = (
    *("age_lite_q", "kind_binary_sigmoid", "kind_depth_midas", "kind_donkey"),
    *("kind_batch4", "kind_landmarks_fc", "kind_mnist_28x28"),
    *("kind_ocr_argmax_int64", "kind_ocr_ctc", "kind_regress_angle"),
    *(
        "kind_superres",
        "kind_age_gender",
        "kind_facenet512",
        "kind_facenet_l2",
        "text_rec",
    ),
)


def run(model: Path, picture: Path, *flags: str) -> tuple[int, str]:
    result = CliRunner().invoke(
        cli, ["run", str(model), "--source", str(picture), "--quiet", "--trust", *flags]
    )
    return result.exit_code, result.output


def cures(question: str) -> list[list[str]]:
    """Return the flags of each cure in a question, completed by what it adds."""
    main_part = question.partition(" Add --labels")[0]
    _, _, pixels = question.rpartition("takes pixels: --normalize ")
    added = ["--normalize", pixels.split()[0]] if pixels != question else []
    main_part = main_part.partition("takes pixels: --normalize ")[0]
    if "Pass --normalize: raw" in question:
        return [["--normalize", name] for name in ("raw", "unit", "signed")]
    groups = [text.split() for text in _GROUP.findall(main_part)]
    return [[*group, *added] for group in groups if group[0] in _FIRST]


@pytest.mark.parametrize("name", FILES)
def test_every_cure_works(name: str, shared: Path) -> None:
    model = shared / f"tflite-foreign/{name}.tflite"
    picture = shared / "images/face.jpg"
    code, question = run(model, picture)
    assert code == 1, question
    flags = cures(question)
    assert flags, question
    for cure in flags:
        code, output = run(model, picture, *cure)
        assert code == 0, (cure, output)


def test_an_alphabet_is_taken_as_it_is_printed(shared: Path) -> None:
    model = shared / "tflite-foreign/kind_ocr_ctc.tflite"
    _, question = run(model, shared / "images/face.jpg")
    alphabet = re.search(r"--option (alphabet=\S+)", question)
    assert alphabet is not None
    flags = [*cures(question)[0], "--option", alphabet[1]]
    code, output = run(model, shared / "images/face.jpg", *flags)
    assert code == 0, output
    assert "Characters are the numbers" not in output
