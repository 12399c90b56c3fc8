"""Lines about values and labels."""

from __future__ import annotations

from edgevision.cli.reports.part_lines import part_lines

AGE = {
    "name": "age",
    "unit": "years",
    "agreement": 0.99,
    "mean_error": 0.5123,
    "largest_error": 2.25,
    "r2": 0.9871,
    "float_low": 3.0,
    "float_high": 80.5,
    "step": 0.4,
}


def test_a_value_has_its_errors_in_its_unit():
    assert part_lines([AGE]) == [
        "age: 0.512 years off in the mean (float answers 3 to 80.5), at most 2.25, "
        "R² 0.987"
    ]
    truth = {
        "true_n": 9,
        "float_true_error": 4.0,
        "true_error": 4.25,
        "float_true_r2": 0.9,
        "true_r2": 0.89,
    }
    assert part_lines([{**AGE, **truth}])[0].endswith(
        "; mean error against the truth: float 4 years, converted 4.25 years; "
        "R² 0.900, 0.890"
    )


def test_only_the_worst_of_many_are_shown():
    lines = part_lines([{**AGE, "name": f"v{i}", "r2": None} for i in range(20)])
    assert len(lines) == 6
    assert lines[-1] == "and 15 more, which agree at least as well"


def test_a_label_has_its_agreement_and_what_is_true():
    wet = {
        "name": "wet",
        "agreement": 0.98,
        "threshold": 0.5,
        "float_reported": 22,
        "reported": 24,
    }
    assert part_lines([wet]) == [
        "wet: 98.0% alike at the threshold 0.5, reported 22 times by float, 24 by the "
        "file"
    ]
    truth = {"true_n": 34, "float_ap": 0.9, "ap": 0.89, "float_f1": 0.75, "f1": 0.76}
    assert part_lines([{**wet, **truth}])[0].endswith(
        "; true 34 times, average precision 0.900, 0.890; F1 0.750, 0.760"
    )
