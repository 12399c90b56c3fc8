"""A user's own profile: read, or refused with its file and key named."""

from __future__ import annotations

import os

import pytest
from edgevision.devices import profile

from edgevision.errors import DeviceProfileError

GOOD = """\
id = "shed"
name = "The board in the shed"
machine = "aarch64"

[processor]
model = "Cortex-A55"
cores = 4

[[systems]]
name = "Debian 12"
python = "3.11"
glibc = "2.36"
machine = "aarch64"

[[latencies]]
model = "net"
width = 96
precision = "int8"
ms = 3.5
runtime = "LiteRT 2.3"
source = "my notes"
"""

# text to replace, its replacement, what the sentence must hold
FAULTS = [
    ('name = "The board in the shed"\n', "", "lacks the key 'name'"),
    ("cores = 4", 'cores = "four"', r"'processor.cores' must be a whole.*got 'four'"),
    ("cores = 4", "cores = true", r"'processor.cores' must be a whole.*got True"),
    ("cores = 4", "cores = -1", r"at least 0, got -1"),
    ("cores = 4", "core = 4", r"'processor.core'. Did you mean 'processor.cores'"),
    ('"aarch64"\n\n[p', '"risc"\n\n[p', r"'machine' must be one of .*got 'risc'"),
    ('python = "3.11"', "python = 3.11", r"'systems\[0\].python' must be .*'3.11'"),
    ("ms = 3.5", "ms = 0", r"'latencies\[0\].ms' must be a number above 0, got 0"),
    ("ms = 3.5", "ms = nan", r"'latencies\[0\].ms' must be a number above 0"),
    (
        "[processor]",
        "[prosessor]",
        r"unknown key 'prosessor'. Did you mean 'processor'",
    ),
    ("[[systems]]", "[systems]", r"'systems' must be a list of tables"),
    ("cores = 4", "cores = = 4", r"is not TOML"),
    (
        'machine = "aarch64"\n\n[p',
        'machine = "aarch64"\nboards = ["a", 1]\n\n[p',
        r"'boards' must be a list, each item a text",
    ),
]


@pytest.fixture
def write(tmp_path):
    def make(text: str):
        path = tmp_path / "my.toml"
        path.write_text(text)
        return path

    return make


def test_good_file_is_read_with_defaults(write):
    found = profile.read(write(GOOD))
    assert (found.id, found.threads, found.camera) == ("shed", 0, "auto")
    assert found.systems[0].interpreter == "pip install ai-edge-litert"
    assert found.published("net", width=96, precision="int8") is found.latencies[0]


@pytest.mark.parametrize(("old", "new", "expected"), FAULTS)
def test_fault_names_file_and_key(write, old, new, expected):
    assert old in GOOD
    with pytest.raises(DeviceProfileError, match=rf"my\.toml.*{expected}"):
        profile.read(write(GOOD.replace(old, new, 1)))


def test_missing_file_missing_processor_and_wrong_bytes(write, tmp_path):
    with pytest.raises(DeviceProfileError, match=r"Reading .*absent\.toml failed"):
        profile.read(tmp_path / "absent.toml")
    text = GOOD.replace('[processor]\nmodel = "Cortex-A55"\ncores = 4\n', "")
    with pytest.raises(DeviceProfileError, match=r"lacks the table \[processor\]"):
        profile.read(write(text))
    path = write("")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DeviceProfileError, match=r"Reading .* failed"):
        profile.read(path)


def test_an_id_or_a_file_names_a_profile(tmp_path):
    path = tmp_path / "my.toml"
    path.write_text(GOOD)
    assert profile.load_or_read(str(path)).name == "The board in the shed"
    assert profile.load_or_read("pi4").id == "pi4"
    with pytest.raises(DeviceProfileError, match=r"absent\.toml"):
        profile.load_or_read(str(tmp_path / "absent.toml"))
    with pytest.raises(DeviceProfileError, match="Did you mean|Known"):
        profile.load_or_read("pi44")


def test_a_profile_of_gigabytes_is_not_read(tmp_path):
    path = tmp_path / "own.toml"
    path.touch()
    os.truncate(path, 40 << 30)  # more than there is memory
    with pytest.raises(DeviceProfileError, match="own.toml has more than 1000 kB"):
        profile.read(path)
