"""Label files as people have them."""

from __future__ import annotations

import json

import pytest
from edgevision.runtime.labels.label_files import (
    MAX_LABELS,
    parse_label_lines,
    parse_labels,
    read_labels,
)
from hypothesis import given
from hypothesis import strategies as st

from edgevision.errors import ModelError

# name, content, labels, and what the row is about
FILES = [
    ("a.txt", b"cat\ndog\n", ("cat", "dog")),
    ("no line end.txt", b"cat\ndog", ("cat", "dog")),
    ("windows.txt", b"cat\r\ndog\r\n", ("cat", "dog")),
    ("old mac.txt", b"cat\rdog\r", ("cat", "dog")),
    ("mark.txt", "\ufeffcat\ndog".encode(), ("cat", "dog")),
    ("notepad.txt", "cat\r\ndog".encode("utf-16"), ("cat", "dog")),
    ("blank end.txt", b"cat\ndog\n\n \n", ("cat", "dog")),
    ("blank inside.txt", b"cat\n\ndog\n", ("cat", "", "dog")),
    ("commas.txt", b"tench, Tinca tinca\nx\n", ("tench, Tinca tinca", "x")),
    ("indexed.txt", b"0  person\n1  bicycle\n", ("person", "bicycle")),
    ("colons.txt", b"0: person\n1: bicycle\n", ("person", "bicycle")),
    ("tabs.txt", b"0\tperson\n1\tbicycle\n", ("person", "bicycle")),
    ("gaps.txt", b"1 person\n3 car\n", ("", "person", "", "car")),
    # Classes whose names begin with numbers are no numbered lines.
    ("wheeler.txt", b"car\n3 wheeler\n", ("car", "3 wheeler")),
    ("wheelers.txt", b"3 wheeler\n4 wheeler\n", ("3 wheeler", "4 wheeler")),
    ("falling.txt", b"1 euro\n2 euro\n1 cent\n", ("1 euro", "2 euro", "1 cent")),
    ("digits.txt", b"0\n1\n2\n", ("0", "1", "2")),
    ("a.json", b'["cat", "dog"]', ("cat", "dog")),
    ("b.json", b'{"1": "dog", "0": "cat"}', ("cat", "dog")),
    ("c.json", b'{"labels": ["cat"], "n": 1}', ("cat",)),
    ("keras.json", b'{"0": ["n014", "tench"]}', ("tench",)),
    (
        "a.yaml",
        b"path: .\nnames:\n  0: cat\n  1: dog  # a pet\nnc: 2\n",
        ("cat", "dog"),
    ),
    ("b.yml", b"names:\n- cat\n- 'dog: small'\n", ("cat", "dog: small")),
    (
        "c.yaml",
        b'nc: 2\nnames: [cat, "dog, small", man\'s]\n',
        ("cat", "dog, small", "man's"),
    ),
    ("d.yaml", b"names: {0: cat, 1: 'dog'}\n", ("cat", "dog")),
    ("e.yaml", b"names: [\n  cat,\n  dog,\n]\nnc: 2\n", ("cat", "dog")),
    (
        "a.pbtxt",
        b"item {\n id: 1\n name: 'cat'\n}\nitem { id: 2 name: \"dog\" }",
        ("", "cat", "dog"),
    ),
    (
        "b.pbtxt",
        b"item {\n name: '/m/01g317'\n id: 0\n display_name: 'person'\n}",
        ("person",),
    ),
    (
        "c.pbtxt",
        b'# it\'s {a map\nitem { name: "a } b" id: 0 }\n'
        b"item { id: 1 keypoints { id: 7 label: 'nose' } "
        b"name: 'caf\\303\\251 \\'x\\'' }",
        ("a } b", "caf\u00e9 'x'"),
    ),
    (
        "d.pbtxt",  # every escape of protobuf's text format
        rb'item { id: 0 name: "a\tb\nc\\d\"e\x41\u00e9\U0001F431\?" }'
        rb"item { id: 1 name: 'n\7\ud800\UFFFFFFFF' }",
        ('a\tb\nc\\d"eA\u00e9\U0001f431?', "n\a\ufffd\ufffd"),
    ),
]


@pytest.mark.parametrize(("name", "data", "labels"), FILES)
def test_every_usual_format_is_read(tmp_path, name, data, labels):
    path = tmp_path / name
    path.write_bytes(data)
    assert read_labels(path) == labels


def test_latin_1_is_read_and_said(tmp_path, caplog):
    path = tmp_path / "a.txt"
    path.write_bytes("Bär\nKüken\n".encode("latin-1"))
    assert read_labels(path) == ("Bär", "Küken")
    assert "is not UTF-8; read as Latin-1" in caplog.text


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.txt", b"", "holds no labels"),
        ("a.txt", b"\n \n\r\n", "holds no labels"),
        ("a.txt", b"\x00\x01\x02", "holds binary data"),
        ("a.txt", b"x\n" * 1_000_000, "holds 1000000 labels; at most 100000"),
        ("a.txt", b"0 a\n999999999999 b\n", "has the class number 999999999999"),
        ("a.txt", b"x" * (16 * 2**20 + 1), "is larger than 16 MB"),
        ("a.json", b"[1, 2", "are not JSON"),
        ("a.json", b"[" * 100_000, "are not JSON"),
        ("a.json", b'"cat"', "hold a str where a list"),
        ("a.json", b'{"cat": 0}', "have the key 'cat' where a class number"),
        ("a.json", b"[{}]", "where a text was expected"),
        ("a.yaml", b"nc: 2\n", "holds no labels"),
        ("a.yaml", b"names:\n  cat\n", "has 'cat' under 'names:'"),
        ("a.yaml", b"names: cat\n", "has 'cat' after 'names:'"),
        ("a.pbtxt", b"item { id: 1 }", "has an item without id or name"),
    ],
)
def test_anything_else_is_a_sentence(name, data, sentence):
    with pytest.raises(ModelError, match=sentence):
        parse_labels(data, name=name)


def test_missing_files_are_a_sentence(tmp_path):
    with pytest.raises(ModelError, match="Cannot read the labels .*No such file"):
        read_labels(tmp_path / "no.txt")
    with pytest.raises(ModelError, match="Cannot read the labels"):
        read_labels(tmp_path)


def test_lines_of_tflite_metadata_keep_their_places():
    assert parse_label_lines(b"a\n\nb\n\n", name="x") == ("a", "", "b", "")
    assert parse_label_lines(b"0 a\r\n1 b", name="x") == ("0 a", "1 b")


@given(st.binary(max_size=300), st.sampled_from(["txt", "json", "yaml", "pbtxt"]))
def test_any_bytes_give_labels_or_a_sentence(data, ending):
    try:
        labels = parse_labels(data, name=f"a.{ending}")
    except ModelError:
        return
    assert 0 < len(labels) <= MAX_LABELS


@given(st.lists(st.text("abc'\": ,#[]{}-", min_size=1), min_size=1))
def test_any_yaml_like_text_gives_labels_or_a_sentence(pieces):
    for text in ("names: " + "".join(pieces), "names:\n  " + "\n  ".join(pieces)):
        try:
            parse_labels(text.encode(), name="a.yaml")
        except ModelError:
            continue


@given(st.lists(st.text(st.characters(exclude_categories=["C"])), min_size=1))
def test_json_lists_come_back_as_they_are(labels):
    data = json.dumps(labels).encode()
    if any(labels):
        assert parse_labels(data, name="a.json") == tuple(labels)


def test_a_pbtxt_item_may_have_a_colon() -> None:
    text = b'item: { id: 1 name: "cat" }\nitem : { id: 2 name: "dog" }'
    assert parse_labels(text, name="map.pbtxt") == ("", "cat", "dog")


def test_a_pbtxt_text_without_an_end_is_read_once() -> None:
    # Read anew from each quote, a file of this size would take longer than a day.
    text = b'item { id: 0 name: "cat" }\nitem { id: 1 name: "' + b'\\"' * 2_000_000
    assert parse_labels(text, name="map.pbtxt") == ("cat",)
