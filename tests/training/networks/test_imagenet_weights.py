"""ImageNet weights come from Keras' cache; only --download lets Keras fill it."""

from __future__ import annotations

import urllib.error
from pathlib import Path

import pytest
from edgevision.training.networks.architectures import ARCHITECTURES
from edgevision.training.networks.imagenet_weights import (
    PUBLISHED,
    published_network,
    weights_file,
)
from edgevision.training.networks.transfer import open_base
from edgevision.training.request import TrainRequest

from edgevision.errors import TrainingError

NAME = "mobilenet-v2"
FILE = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5"


class AskedError(Exception):
    """Ends a download as soon as Keras asks for one."""


@pytest.fixture
def home(monkeypatch, tmp_path):
    """Return the folder of Keras' cache, which is empty."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def downloader(monkeypatch):
    """Replace Keras' downloader: it takes note of files, and does what is set."""
    file_utils = pytest.importorskip("keras").src.utils.file_utils
    asked = []

    def install(effect):
        def get_file(fname, origin, *, cache_subdir="datasets", **choices):
            asked.append((fname, origin.partition("://")[0], cache_subdir))
            return effect(fname, origin)

        monkeypatch.setattr(file_utils, "get_file", get_file)
        return asked

    return install


def test_every_published_network_has_a_file():
    assert len(PUBLISHED) == 12
    assert set(PUBLISHED) < set(ARCHITECTURES)
    with pytest.raises(ValueError, match=f"a published network: .*{NAME}"):
        published_network("cnn")


@pytest.mark.tf
# Of every way in which Keras names its files; building all twelve takes long.
@pytest.mark.parametrize(
    "name", ["efficientnet-b0", "mobilenet-v2", "mobilenet-v3-small", "vgg-16"]
)
def test_keras_asks_for_the_file_that_is_looked_for(name, home, downloader):
    def stop(fname, origin):
        raise AskedError

    asked = downloader(stop)
    with pytest.raises(AskedError):
        weights_file(name, download=True)
    assert asked == [(published_network(name).cached, "https", "models")]


@pytest.mark.tf
def test_nothing_is_downloaded_without_being_asked(home, downloader):
    asked = downloader(lambda fname, origin: pytest.fail("downloaded"))
    with pytest.raises(TrainingError, match=f"no file {home}/models/{FILE}. Pass --do"):
        weights_file(NAME)
    (home / "models").mkdir()
    (home / "models" / FILE).write_bytes(b"")
    for download in (False, True):  # what is there is not downloaded again
        assert weights_file(NAME, download=download) == home / "models" / FILE
    assert not asked


@pytest.mark.tf
def test_a_download_is_announced_and_its_file_is_used(home, downloader, capfd):
    import keras

    published = keras.applications.MobileNetV2(
        include_top=False, weights=None, input_shape=(224, 224, 3)
    )

    def save(fname, origin):
        print("100 %")  # as Keras does
        path = home / "models" / fname
        path.parent.mkdir()
        # Keras reads the format of today by this ending, the published files' by .h5.
        today = path.with_suffix(".weights.h5")
        published.save_weights(today)
        path.hardlink_to(today)
        return str(today)

    notes = []
    asked = downloader(save)
    path = weights_file(NAME, download=True, on_note=notes.append)
    assert path == home / "models" / FILE
    assert path.is_file()
    assert notes == [f"Keras downloads {FILE} to {home / 'models'}"]
    assert len(asked) == 1
    assert capfd.readouterr().out == ""  # where --json writes


@pytest.mark.tf
@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            Exception("URL fetch failure on https://x: None -- no route"),
            "cannot download the ImageNet weights of mobilenet-v2: URL fetch failure "
            ".* Check the connection, or pass --weights FILE",
        ),
        (ValueError("Incomplete or corrupted file detected."), "Incomplete or corrupt"),
    ],
)
def test_a_failed_download_is_a_sentence(error, sentence, home, downloader):
    def fail(fname, origin):
        if isinstance(error, ValueError):
            raise error
        try:
            raise urllib.error.URLError("no route")
        except OSError:
            raise error  # noqa: B904 (as Keras does)

    downloader(fail)
    with pytest.raises(TrainingError, match=sentence):
        weights_file(NAME, download=True)


@pytest.mark.tf
def test_a_download_into_another_folder_names_the_cure(home, downloader, monkeypatch):
    from edgevision.training.networks.published import Published

    monkeypatch.setattr(Published, "with_imagenet_weights", lambda network: None)
    with pytest.raises(TrainingError, match="Set KERAS_HOME to a folder"):
        weights_file(NAME, download=True)


@pytest.mark.tf
def test_the_request_hands_the_choice_on(home, downloader):
    def stop(fname, origin):
        raise AskedError

    downloader(stop)
    request = TrainRequest(
        Path("data"), Path("net.keras"), arch=NAME, weights="imagenet", download=True
    )
    with pytest.raises(AskedError):
        open_base(request)
    with pytest.raises(ValueError, match="for the weights imagenet, got"):
        TrainRequest(Path("data"), Path("net.keras"), download=True)
