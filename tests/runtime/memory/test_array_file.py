"""Arrays of NumPy's files: the header decides before memory is taken."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from edgevision.runtime.memory import ONLY, read_arrays
from hypothesis import given, settings
from hypothesis import strategies as st


def claim(shape, dtype="<f4"):
    """Return the header of an array, and nothing of the array."""
    stream = io.BytesIO()
    fields = {"descr": dtype, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, fields)
    return stream.getvalue()


def archive(path, method=zipfile.ZIP_DEFLATED, **members):
    with zipfile.ZipFile(path, "w", method) as file:
        for name, data in members.items():
            file.writestr(name + ".npy", data)
    return path


def zeros_archive(path, count):
    """Write an archive of one array of zeros, in pieces."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file,
        file.open("images.npy", "w", force_zip64=True) as member,
    ):
        member.write(claim((count, 1000, 1000), "|u1"))
        for _ in range(count):
            member.write(bytes(1_000_000))
    return path


def test_arrays_come_back_as_numpy_wrote_them(tmp_path):
    arrays = {
        "a": np.arange(6.0).reshape(2, 3),
        "b": np.asfortranarray(np.arange(12, dtype=np.int16).reshape(3, 4)),
        "texts": np.array(["eins", "zwei"]),
        "scalar": np.asarray(7),
        "empty": np.empty((0, 3)),
    }
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "a.npz", **arrays)
        back = read_arrays(tmp_path / "a.npz")
        assert back.keys() == arrays.keys()
        for name, array in arrays.items():
            assert back[name].dtype == array.dtype
            assert np.array_equal(back[name], array)
    assert read_arrays(tmp_path / "a.npz", names=("b", "no")).keys() == {"b"}
    np.save(tmp_path / "a.npy", arrays["b"])
    assert np.array_equal(read_arrays(tmp_path / "a.npy")[ONLY], arrays["b"])


def test_a_small_archive_of_much_is_refused_and_a_plain_one_is_not(tmp_path):
    path = zeros_archive(tmp_path / "a.npz", 210)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(OSError, match="takes 210.0 MB of memory, and a file of") as e:
        read_arrays(path)
    assert "may take 200.0 MB" in e.value.strerror
    # What is to be read counts, and what is done with it.
    assert read_arrays(path, names=("labels",)) == {}
    with pytest.raises(OSError, match="takes 1.0 GB"):
        read_arrays(path, memory=lambda headers: 1_000_000_000)
    np.save(tmp_path / "a.npy", np.zeros((210, 1000, 1000), np.uint8))
    assert read_arrays(tmp_path / "a.npy")[ONLY].shape == (210, 1000, 1000)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel holds the limit")
def test_no_header_takes_memory(tmp_path):
    huge = claim((1 << 20, 1 << 20))
    (tmp_path / "claim.npy").write_bytes(huge)
    archive(tmp_path / "claim.npz", images=huge)
    archive(tmp_path / "lzma.npz", zipfile.ZIP_LZMA, images=claim((1,)) + bytes(4))
    zeros_archive(tmp_path / "zeros.npz", 250)
    (tmp_path / "sparse.npz").write_bytes(b"PK\3\4")
    os.truncate(tmp_path / "sparse.npz", 4 << 30)
    # The end of an archive whose directory is all of the file.
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, 3 << 30, 0, 0)
    with open(tmp_path / "directory.npz", "wb") as stream:
        stream.write(b"PK\3\4")
        stream.seek(3 << 30)
        stream.write(end)
    code = (
        "import resource, sys\n"
        "from edgevision.runtime.memory import read_arrays\n"
        "size = int(open('/proc/self/statm').read().split()[0]) * 4096 + (60 << 20)\n"
        "resource.setrlimit(resource.RLIMIT_AS, (size, size))\n"
        "for path in sys.argv[1:]:\n"
        "    try: read_arrays(path)\n"
        "    except (OSError, ValueError) as error: print(error)\n"
    )
    names = sorted(map(str, tmp_path.iterdir()))
    child = subprocess.run(
        [sys.executable, "-c", code, *names], capture_output=True, text=True, check=True
    )
    lines = child.stdout.splitlines()
    assert len(lines) == len(names)
    for line, words in zip(
        lines,
        (
            "4398046511104 bytes, but 0 follow",
            "4398046511104 bytes, but 0 follow",
            "directory of its archive is too large",
            "compressed in another way",
            "no NumPy file",
            "takes 250.0 MB of memory",
        ),
        strict=True,
    ):
        assert words in line


def test_what_is_no_array_is_a_value_error(tmp_path):
    path = tmp_path / "a.npz"
    for data in (b"", b"hello", b"\x93NUMPY", b"PK\5\6", b"\x93NUMPY\3\0" + bytes(9)):
        path.write_bytes(data)
        with pytest.raises(ValueError, match=r"\S"):
            read_arrays(path)
    np.savez(path, a=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="Python objects"):
        read_arrays(path)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_mutated_files_are_arrays_or_value_errors(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("mutated", numbered=True)
    path = folder / "a.npz"
    archive(path, a=claim((3,)) + bytes(12), b=claim((2, 2), "|u1") + bytes(4))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    try:
        arrays = read_arrays(path)
    except (ValueError, OSError):
        return
    assert sum(array.nbytes for array in arrays.values()) < 100
