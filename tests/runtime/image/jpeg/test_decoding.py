"""Damage is noticed, whole pictures pass, and words of others stay on stderr."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import cv2
import numpy as np
import pytest
from edgevision.runtime.image.jpeg import decoding
from edgevision.runtime.image.jpeg.decoding import (
    DamagedPictureError,
    decode_jpeg,
    reports_damage,
)
from edgevision.runtime.image.jpeg.jpeg_queue import JpegQueue
from support.damage import DAMAGES, encoded, flipped, photo

FILES = [encoded(photo(seed)) for seed in range(10)]
VARIANTS = {
    "plain": (),
    "progressive": (cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
    "restarts": (cv2.IMWRITE_JPEG_RST_INTERVAL, 4),
    "own-tables": (cv2.IMWRITE_JPEG_OPTIMIZE, 1),
}


def _is_noticed(file, scale=1):
    try:
        decode_jpeg(file, scale)
    except DamagedPictureError:
        return True
    return False


@pytest.mark.parametrize("kind", DAMAGES)
def test_two_hundred_seeded_damages_are_noticed(kind):
    rng = np.random.default_rng(0)
    for number in range(200):
        damaged = DAMAGES[kind](FILES[number % len(FILES)], rng)
        assert _is_noticed(damaged), number


def test_of_flipped_bits_most_bursts_are_noticed_and_few_single_ones():
    """What the module's text promises: no decoder can notice more of these."""
    rng = np.random.default_rng(0)
    shares = [
        sum(_is_noticed(flipped(FILES[n % 10], rng, bits)) for n in range(200)) / 200
        for bits in (1, 20)
    ]
    assert 0.05 < shares[0] < 0.5
    assert shares[1] > 0.6


@pytest.mark.parametrize("scale", decoding.SCALES)
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_whole_picture_is_what_opencv_decodes(variant, scale, capfd):
    file = encoded(photo(3, size=(330, 251)), *VARIANTS[variant])
    flag = {1: 1, 2: 17, 4: 33, 8: 65}[scale]
    expected = cv2.imdecode(np.frombuffer(file, np.uint8), flag)
    image = decode_jpeg(file, scale)
    np.testing.assert_array_equal(image, expected)
    assert image.shape == (-(-251 // scale), -(-330 // scale), 3)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("scale", decoding.SCALES[1:])
def test_a_smaller_picture_notices_the_same_damage(scale):
    rng = np.random.default_rng(1)
    for number in range(60):
        damaged = flipped(FILES[number % len(FILES)], rng, 4)
        assert _is_noticed(damaged, scale) == _is_noticed(damaged), number


@pytest.mark.parametrize("value", [0, 255])
def test_filling_before_the_end_is_no_damage(value):
    file = FILES[0]
    padded = file[:-2] + bytes([value]) * 700 + file[-2:]
    np.testing.assert_array_equal(decode_jpeg(padded), decode_jpeg(file))


def test_black_pictures_with_tables_of_their_own_hold_zeros_and_are_whole():
    black = np.zeros((640, 640, 3), np.uint8)
    file = encoded(black, cv2.IMWRITE_JPEG_OPTIMIZE, 1)
    assert bytes(16) in file
    assert decode_jpeg(file).max() == 0


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"GIF89a", FILES[0][:300]])
def test_what_is_no_jpeg_is_damaged(data):
    with pytest.raises(DamagedPictureError, match="no JPEG that OpenCV can decode"):
        decode_jpeg(data)


def test_words_of_others_reach_the_error_stream(monkeypatch, capfd):
    real = cv2.imdecode

    def speak(*arguments):
        os.write(2, b"a word of somebody else\n")
        return real(*arguments)

    monkeypatch.setattr(cv2, "imdecode", speak)
    decode_jpeg(FILES[0])
    assert _is_noticed(DAMAGES["packet"](FILES[0], np.random.default_rng(0)))
    assert capfd.readouterr().err == "a word of somebody else\n" * 2


def test_many_threads_do_not_mix_up_their_damage():
    rng = np.random.default_rng(2)
    broken = [DAMAGES["packet"](file, rng) for file in FILES]
    wrong = []

    def work(files, expected):
        for _ in range(5):
            wrong.extend(1 for file in files if _is_noticed(file) != expected)

    pairs = [(FILES, False), (broken, True)] * 2
    threads = [threading.Thread(target=work, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_this_opencv_tells_damage():
    assert reports_damage()


def test_an_opencv_that_keeps_damage_to_itself_is_in_the_log_once(monkeypatch, caplog):
    monkeypatch.setattr(decoding, "_DAMAGE", (b"no such words",))
    reports_damage.cache_clear()
    assert [JpegQueue().take(), JpegQueue().take()] == [None, None]
    reports_damage.cache_clear()
    assert len(caplog.records) == 1
    assert "does not say when a JPEG is damaged" in caplog.text


def test_a_process_without_an_error_stream_decodes_all_the_same(tmp_path):
    path = tmp_path / "whole.jpg"
    path.write_bytes(FILES[0])
    code = (
        "from edgevision.runtime.image.jpeg import decode_jpeg, reports_damage\n"
        f"print(decode_jpeg(open({str(path)!r}, 'rb').read()).shape)\n"
        "print(reports_damage())"
    )
    root = os.getcwd()
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$0" -c "$1" 2>&-', sys.executable, code],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert done.stdout.split("\n")[:2] == ["(240, 320, 3)", "False"]
