"""One model in a folder or archive is found; nothing is written outside."""

from __future__ import annotations

import json
import zipfile

import h5py
import pytest
from edgevision.converters.keras.file_kinds import inner_model, kind_of

from edgevision.errors import EdgeVisionError


def h5(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps({"class_name": "A", "config": {}})
    return path


def archive(path, **members):
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


@pytest.fixture
def model(tmp_path):
    return h5(tmp_path / "source.h5").read_bytes()


@pytest.mark.parametrize(
    ("members", "name", "labels"),
    [
        (("keras_model.h5", "labels.txt"), "keras_model.h5", True),
        (("a/net.keras", "labels.txt", "readme.md"), "a/net.keras", False),
        (("a/net.h5", "a/labels.txt", "__MACOSX/._net.h5"), "a/net.h5", True),
        (("saved_model.pb", "variables/variables.index"), ".", False),
        (("x/saved_model.pb", "x/assets/table.h5"), "x", False),
        (("net.hdf5", "net.weights.h5"), "net.hdf5", False),
    ],
)
@pytest.mark.parametrize("as_folder", [False, True])
def test_the_one_model_is_found(tmp_path, model, members, name, labels, as_folder):
    if as_folder:
        for member in members:
            place = tmp_path / "in" / member
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(model)
        path, kind = tmp_path / "in", "saved-model" if name == "." else "folder"
    else:
        path = archive(tmp_path / "in.zip", **dict.fromkeys(members, model))
        kind = "archive"
    assert kind_of(path) == kind
    if kind == "saved-model":
        return
    inner = inner_model(path, tmp_path / "work")
    assert inner.name == name
    assert (inner.labels is not None) == labels
    if inner.path.is_file():
        assert inner.path.read_bytes() == model
    else:
        assert (inner.path / "saved_model.pb").is_file()


@pytest.mark.parametrize("as_folder", [False, True])
def test_several_models_are_a_question(tmp_path, model, as_folder):
    members = ("a.h5", "b/c.keras")
    if as_folder:
        for member in members:
            (tmp_path / "in" / member).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "in" / member).write_bytes(model)
    else:
        archive(tmp_path / "in", **dict.fromkeys(members, model))
    with pytest.raises(EdgeVisionError, match="holds 2 models: a.h5, b/c.keras. .*ass"):
        kind_of(tmp_path / "in")


@pytest.mark.parametrize("name", ["net/../../out", "net/a\\..\\..\\..\\out"])
def test_nothing_is_written_outside(tmp_path, name):
    members = {"net/saved_model.pb": b"x", name: b"x"}
    path = archive(tmp_path / "in.zip", **members)
    with pytest.raises(EdgeVisionError, match="written outside its folder"):
        inner_model(path, tmp_path / "work")
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "work" / "out").exists()


@pytest.mark.parametrize("name", ["../net.h5", "/net.h5"])
def test_a_model_outside_the_archive_is_none(tmp_path, name):
    path = archive(tmp_path / "in.zip", **{name: b"x"})
    with pytest.raises(EdgeVisionError):
        inner_model(path, tmp_path / "work") if name[0] == "/" else kind_of(path)


def test_a_link_in_an_archive_is_refused(tmp_path):
    info = zipfile.ZipInfo("net.h5")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as file:
        file.writestr(info, "/etc/passwd")
    with pytest.raises(EdgeVisionError, match="written outside its folder"):
        inner_model(tmp_path / "in.zip", tmp_path / "work")


def test_a_bomb_is_not_unpacked(tmp_path):
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("net.h5", bytes(200 * 2**20))
    with pytest.raises(EdgeVisionError, match="would unpack to 200 MB"):
        inner_model(path, tmp_path / "work")
    assert not (tmp_path / "work").exists()
