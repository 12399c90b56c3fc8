"""Half downloads are named with the size that their own header states."""

from __future__ import annotations

import zipfile

import h5py
import numpy as np
import pytest
from edgevision.converters.keras.file_kinds import kind_of

from edgevision.errors import ConversionError


@pytest.mark.parametrize("version", ["earliest", "latest"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_cut_hdf5_file_states_what_is_missing(tmp_path, version, share):
    path = tmp_path / "net.h5"
    with h5py.File(path, "w", libver=version) as file:
        file.attrs["model_config"] = "{}"
        file["values"] = np.arange(4000.0)
    size = path.stat().st_size
    assert kind_of(path) == "h5"
    path.write_bytes(path.read_bytes()[: int(share * size)])
    with pytest.raises(
        ConversionError, match=rf"header states {size}. Most likely a do"
    ):
        kind_of(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_cut_archive_is_not_complete(tmp_path, share):
    path = tmp_path / "net.keras"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("config.json", "{}" * 2000)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ConversionError, match="not a complete one: .* was cut off"):
        kind_of(path)
