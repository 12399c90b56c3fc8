"""Tables beside pictures, in the forms that people have."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.datasets.array_set import from_arrays
from edgevision.converters.datasets.open_set import open_images
from edgevision.converters.datasets.truth_table import label_table, value_table

from edgevision.errors import CalibrationError

NAN = np.nan


@pytest.fixture
def pictures(folder):
    """Return a folder of 18 pictures, ``cat/0.png`` to ``owl/5.png``, as a set."""

    def write(name, text, encoding="utf-8"):
        (folder / name).write_text(text, encoding)
        return open_images(folder)

    return write


@pytest.mark.parametrize(
    ("name", "text", "columns"),
    [
        ("values.csv", "file,age\ncat/0.png,12.5\nowl/5.png,3\n", ("age",)),
        ("values.tsv", "path\tage\n./cat/0.png\t12.5\nowl\\5.png\t3\n", ("age",)),
        ("values.csv", "image;age\ncat/0.png;12,5\nowl/5.png;3\n", ("age",)),
        ("values.csv", "cat/0.png,12.5\nowl/5.png,3", ()),  # no header
        ("values.csv", "\ufefffile,age\nCAT/0.PNG, 12.5\n\nowl/5.png,3\n", ("age",)),
    ],
)
def test_numbers_stand_in_a_row_per_picture(pictures, name, text, columns):
    table = value_table(pictures(name, text))
    assert table.columns == columns
    expected = np.full((18, 1), NAN)
    expected[0], expected[17] = 12.5, 3
    np.testing.assert_array_equal(table.rows, expected)
    assert table.unknown == 16


def test_a_name_without_its_folder_counts_where_only_one_has_it(folder):
    cats = folder / "cat"
    (cats / "values.csv").write_text("file,x,y\n0,1,\n1.png,,2\nother.png,5,6\n")
    rows = value_table(open_images(cats)).rows
    np.testing.assert_array_equal(rows[:2], [[1, NAN], [NAN, 2]])
    assert np.isnan(rows[2:]).all()
    (folder / "values.csv").write_text("file,x\n0.png,1\n")  # three have that name
    assert np.isnan(value_table(open_images(folder)).rows).all()


def test_a_list_of_pictures_has_its_table_beside_it(folder):
    (folder / "list.txt").write_text("dog/1.png\ncat/0.png\n")
    (folder / "values.csv").write_text("file,x\ncat/0.png,1\ndog/1.png,2\n")
    rows = value_table(open_images(folder / "list.txt")).rows
    assert rows.ravel().tolist() == [2, 1]


def test_a_subset_keeps_its_rows(pictures):
    images = pictures("values.csv", "file,x\ncat/3.png,7\n").subset([5, 3])
    np.testing.assert_array_equal(value_table(images).rows, [[NAN], [7]])


def test_arrays_bring_their_own_numbers():
    images = np.zeros((3, 4, 4, 3), np.uint8)
    values = [[0.5, 1], [0.25, 2], [0, 3]]
    held = from_arrays(images, values).subset([2, 0])
    np.testing.assert_array_equal(value_table(held).rows, [[0, 3], [0.5, 1]])
    assert from_arrays(images, [0.5, 0.25, 1]).classes == ()
    assert from_arrays(images, [2.0, 0.0, 1.0]).classes == (2, 0, 1)
    assert value_table(from_arrays(images)) is None


def test_no_table_is_no_truth(folder):
    assert value_table(open_images(folder)) is None
    assert label_table(open_images(folder), ("a",)) is None


@pytest.mark.parametrize(
    "text",
    [
        "file,wet,cold\ncat/0.png,1,0\ncat/1.png,0,0\ncat/2.png,1,1\n",
        "file,wet,cold\ncat/0.png,True,false\ncat/1.png,no,no\ncat/2.png,yes,YES\n",
        "file,wet,cold\ncat/0.png,1.0,-1\ncat/1.png,-1,-1\ncat/2.png,1,1\n",
        "file,labels\ncat/0.png,wet\ncat/1.png,\ncat/2.png,wet|cold\n",
        "file,labels\ncat/0.png,Wet\ncat/1.png,\ncat/2.png,cold; wet\n",
        'file,labels\ncat/0.png,wet\ncat/1.png,\ncat/2.png,"cold, wet"\n',
        "image_name,tags\ncat/0.png,wet\ncat/1.png,\ncat/2.png,cold wet\n",
        # A row per picture and label.
        "file,label\ncat/0.png,wet\ncat/1.png,\ncat/2.png,wet\ncat/2.png,cold\n",
    ],
)
def test_labels_are_columns_or_joined(pictures, text):
    table = label_table(pictures("labels.csv", text), ("wet", "cold"))
    assert table.columns == ("wet", "cold")
    np.testing.assert_array_equal(table.rows[:3], [[1, 0], [0, 0], [1, 1]])
    assert np.isnan(table.rows[3:]).all()


def test_a_label_of_two_words_is_not_split(pictures):
    images = pictures("labels.csv", "file,labels\ncat/0.png,traffic light\n")
    assert label_table(images, ("light", "traffic light")).rows[0].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("file,x\ncat/0.png,fast\n", r"line 2: 'fast' is no number"),
        ("file,x\ncat/0.png,1,2\n", r"line 2: 3 columns, but the first line has 2"),
        ("file\ncat/0.png\n", "has one column"),
        ("", "is empty"),
    ],
)
def test_tables_of_numbers_that_cannot_be_read_are_said(pictures, text, sentence):
    with pytest.raises(CalibrationError, match=sentence):
        value_table(pictures("values.csv", text))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("file,labels\ncat/0.png,wet|warm\n", "the label 'warm', which the model does"),
        ("file,a,b\ncat/0.png,wet,1\n", "neither 'file' with a column of 0 and 1"),
    ],
)
def test_tables_of_labels_that_cannot_be_read_are_said(pictures, text, sentence):
    with pytest.raises(CalibrationError, match=sentence):
        label_table(pictures("labels.csv", text), ("wet", "cold"))


def test_another_encoding_is_said(pictures):
    images = pictures("values.csv", "file,größe\ncat/0.png,1\n", "latin-1")
    with pytest.raises(CalibrationError, match="as a table in UTF-8"):
        value_table(images)
