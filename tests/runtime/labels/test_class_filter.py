"""Allow and deny lists of labels and numbers."""

from __future__ import annotations

import pytest
from edgevision.runtime.labels.class_filter import allowed_classes, label_of

LABELS = ("cat", "dog", "crane", "bird", "crane", "3")


@pytest.mark.parametrize(
    ("allow", "deny", "expected"),
    [
        (None, None, None),
        (["dog"], None, [1]),
        (["dog", 0], None, [0, 1]),
        (["crane"], None, [2, 4]),  # two classes share the text
        (["3"], None, [5]),  # a label wins over a number
        (["1"], None, [1]),
        (None, ["crane", "cat"], [1, 3, 5]),
        (["cat", "dog"], ["cat"], [1]),
        ((0, 0), None, [0]),
    ],
)
def test_lists_become_class_ids(allow, deny, expected):
    ids = allowed_classes(6, LABELS, allow=allow, deny=deny)
    assert (None if ids is None else ids.tolist()) == expected


@pytest.mark.parametrize(
    ("allow", "deny", "labels", "words"),
    [
        (["dgo"], None, LABELS, "allow: No label 'dgo'. Did you mean 'dog'. Known: "),
        (None, [9], LABELS, "deny has class 9; the model has classes 0 to 5"),
        (["dog"], None, (), "the model has no labels: use class numbers 0 to 5"),
        ([], None, LABELS, "allow is an empty list"),
        (["cat"], ["cat"], LABELS, "allow and deny leave no class"),
        ("cat", None, LABELS, "allow must be a list of labels or numbers, got 'cat'"),
        (["-1"], None, LABELS, "No label '-1'"),
    ],
)
def test_what_cannot_be_meant_is_refused(allow, deny, labels, words):
    with pytest.raises(ValueError, match=words):
        allowed_classes(6, labels, allow=allow, deny=deny)


def test_a_thousand_labels_are_not_listed():
    labels = [f"class{i}" for i in range(1000)]
    with pytest.raises(ValueError, match=r"you mean 'class\d+'. The model has 1000"):
        allowed_classes(1000, labels, allow=["classs7"])


def test_a_class_without_a_label_is_its_number():
    assert [label_of(("a", ""), i) for i in range(3)] == ["a", "1", "2"]
