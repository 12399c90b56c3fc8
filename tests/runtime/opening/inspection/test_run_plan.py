"""What ``run`` would do: known, all but the normalization known, or not known."""

from __future__ import annotations

import pytest
from edgevision.runtime.opening.inspection import RunPlan, plan_of
from edgevision.runtime.opening.open_file import open_model
from edgevision.runtime.opening.options import OpenOptions
from edgevision.runtime.tflite.model_file import ModelFile
from support.runtimes import lacking, skip_where_lacking
from support.tiny_models import tiny_classifier

from edgevision.errors import ModelError, UnsupportedModelError

RUNS = tiny_classifier()
FLOAT = tiny_classifier(kind="FLOAT32", scale=0.0)


def test_a_model_that_runs_has_no_problem():
    plan = plan_of(ModelFile.from_bytes(RUNS))
    assert plan.problem == ""
    assert plan.knows_normalization
    assert plan.card is not None
    assert plan.to_dict()["input"]["mean"] == list(plan.card.input.mean)


def test_a_model_of_which_only_the_normalization_is_unknown_is_still_described():
    plan = plan_of(ModelFile.from_bytes(FLOAT))
    assert "Pass --normalize" in plan.problem
    facts = plan.to_dict()
    assert (facts["task"], facts["decoder"]) == ("classification", "classifier")
    assert (facts["input"]["mean"], facts["input"]["std"]) == (None, None)
    assert facts["evidence"]["normalization"] == "not known: pass --normalize"


def test_options_that_nobody_states_are_shown_with_their_defaults():
    facts = plan_of(ModelFile.from_bytes(RUNS)).to_dict()
    # The tensors prove the activation, so it is no default.
    assert facts["options"] == {"activation": "softmax"}
    assert facts["defaults"] == {
        "multi_label": False,
        "top_k": 5,
        "score_threshold": 0.0,
    }


def test_a_plan_without_a_card_says_its_problem_alone():
    assert RunPlan("It is odd.").to_dict() == {"problem": "It is odd."}


@pytest.mark.parametrize(
    ("name", "normalize"),
    [
        ("kind_superres", "torch"),  # the decoder asks, not the file
        ("kind_superres", "raw"),
        ("kind_depth_midas", None),
        ("kind_ocr_ctc", "unit"),
        ("kind_age_gender", None),
        ("style_transfer", "unit"),
        ("mp_selfie_segmentation", None),
    ],
)
def test_the_plan_says_what_opening_says(shared, name, normalize):
    path = shared / f"tflite-foreign/{name}.tflite"
    skip_where_lacking(path)
    options = OpenOptions(normalize=normalize, trust=True)
    problem = plan_of(ModelFile.open(path), options).problem
    said = ""
    try:
        open_model(path, options).close()
    except UnsupportedModelError as error:
        said = str(error)
    assert problem == said


def test_inspect_says_of_every_file_what_run_does(shared):
    """Decoder, options, evidence, assumptions, or the same question."""
    files = [*shared.glob("models/*.tflite"), *shared.glob("tflite-foreign/*.tflite")]
    assert len(files) >= 40
    for path in sorted(files):
        plan = plan_of(ModelFile.open(path))
        if "known only by running it" in plan.problem:
            continue  # inspect runs it, and this test does not
        facts, error = _opened(path)
        if facts is None:
            compiled = "no CPU computes its operation" in error
            unknown = "does not have" in error and lacking(path)
            assert compiled or unknown or error == plan.problem, path.name
            continue
        assert plan.problem == "", path.name
        shown = plan.to_dict()
        for name in ("task", "decoder", "options"):
            assert facts[name] == shown[name], path.name
        assert list(facts["assumptions"]) == shown["assumptions"], path.name
        for choice, source in shown["evidence"].items():
            # Run adds how a pixel becomes a raw value.
            assert facts["evidence"][choice].startswith(source), (path.name, choice)


def _opened(path):
    """Return the facts about an open model, or None and the sentence that stops it."""
    try:
        with open_model(path, OpenOptions(trust=True)) as model:
            return model.info(), ""
    except ModelError as error:
        return None, str(error)
