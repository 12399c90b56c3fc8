"""Names of values, and their true numbers in the model's order."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.datasets.array_set import from_arrays
from edgevision.converters.datasets.open_set import open_images
from edgevision.converters.plan.output_plan import OutputPlan
from edgevision.converters.plan.value_plan import true_values, value_names

SINGLES = [np.zeros((4, 1)), np.zeros((4, 1))]
VECTOR = [np.zeros((4, 2))]


def plan(labels=(), **options):
    return OutputPlan("values", "values", options, labels)


@pytest.mark.parametrize(
    ("before", "outputs", "options"),
    [
        (plan(), SINGLES, {"names": ["left", "right"]}),
        (plan(("a", "b")), SINGLES, {}),  # the labels are the names
        (plan(names="x,y"), SINGLES, {"names": ["x", "y"]}),
        (plan(), VECTOR, {}),
        (
            plan(units="deg,", ranges="0:1", scale=30),
            VECTOR,
            {"units": ["deg", ""], "ranges": [[0.0, 1.0]], "scale": 30.0},
        ),
        (plan(scale=(30, 1)), VECTOR, {"scale": [30.0, 1.0]}),
    ],
)
def test_options_are_lists_and_single_outputs_give_names(before, outputs, options):
    names = ["left", "right"][: len(outputs)]
    assert value_names(before, names, outputs).options == options


def test_what_does_not_fit_is_said_before_the_conversion():
    with pytest.raises(ValueError, match="names has 3 entries"):
        value_names(plan(names="a,b,c"), ["v"], VECTOR)


def test_other_plans_stay():
    other = OutputPlan("classification", "classifier", {"top_k": 3})
    assert value_names(other, ["v"], VECTOR) is other


@pytest.mark.parametrize(
    ("table", "names", "expected", "note"),
    [
        ("file,b,a\n0,2,1\n", "a,b", [1, 2], None),
        ("file,B,c,A\n0,2,9,1\n", "a,b", [1, 2], None),  # more columns than values
        ("file,x,y\n0,1,2\n", "a,b", [1, 2], "matched in their order"),
        ("0,1,2\n", "a,b", [1, 2], None),
        ("file,x,y\n0,1,2\n", None, [1, 2], None),
        ("file,x\n0,1\n", "a,b", None, "x per picture, the model 2 values (a, b)"),
        ("file,x\n0,1\n", None, None, "x per picture, the model 2 values;"),
        ("file,a,b\nz,1,2\n", "a,b", None, "no row for any of the 6 verification"),
    ],
)
def test_columns_are_matched_by_name_else_in_order(
    folder, table, names, expected, note
):
    (folder / "cat" / "values.csv").write_text(table)
    notes: list[str] = []
    images = open_images(folder / "cat")
    options = {} if names is None else {"names": names}
    rows = true_values(images, plan(**options), 2, notes.append)
    if expected is None:
        assert rows is None
    else:
        assert rows[0].tolist() == expected
        assert "5 of 6 verification pictures have no row" in notes[-1]
        notes.pop()
    assert len(notes) == (note is not None)
    assert note is None or note in notes[0]


def test_arrays_are_in_the_models_order():
    images = from_arrays(np.zeros((2, 4, 4, 3), np.uint8), [[1, 2], [3, 4]])
    rows = true_values(images, plan(names="a,b"), 2, pytest.fail)
    assert rows.tolist() == [[1, 2], [3, 4]]
    classifier = OutputPlan("classification", "classifier")
    assert true_values(images, classifier, 2, pytest.fail) is None
