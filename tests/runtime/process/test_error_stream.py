"""Words on file descriptor 2 are overheard, and the stream is as it was afterwards."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest
from edgevision.runtime.process import error_stream
from edgevision.runtime.process.error_stream import end_overhearing, overhear, pass_on


def test_words_are_overheard_and_the_stream_is_put_back(capfd):
    before = os.fstat(2)
    with overhear() as words:
        os.write(2, b"one\n" * 30_000)  # more than a pipe takes
    os.write(2, b"two\n")
    assert words.text == b"one\n" * 30_000
    assert capfd.readouterr().err == "two\n"
    assert (os.fstat(2).st_dev, os.fstat(2).st_ino) == (before.st_dev, before.st_ino)


def test_an_error_puts_it_back_too(capfd):
    def fail():
        with overhear() as words:
            heard.append(words)
            os.write(2, b"last words")
            raise ZeroDivisionError

    heard = []
    with pytest.raises(ZeroDivisionError):
        fail()
    pass_on(heard[0].text)
    assert capfd.readouterr().err == "last words"


def test_one_inside_another(capfd):
    with overhear() as outer:
        os.write(2, b"a")
        with overhear() as inner:
            os.write(2, b"b")
        os.write(2, b"c")
    assert (outer.text, inner.text) == (b"ac", b"b")
    assert capfd.readouterr().err == ""


def test_last_words_reach_the_stream_while_somebody_is_overheard(capfd):
    end_overhearing()  # nobody is
    with overhear() as outer, overhear() as inner:
        os.write(2, b"heard")
        thread = threading.Thread(target=end_overhearing)
        thread.start()
        thread.join()
        os.write(2, b"last words")
    assert (outer.text, inner.text) == (b"", b"heard")
    os.write(2, b", and others")
    assert capfd.readouterr().err == "last words, and others"


def test_threads_take_turns_and_no_descriptor_is_left():
    before = len(os.listdir("/proc/self/fd"))
    wrong = []

    def work(name):
        for number in range(200):
            said = f"{name}{number}".encode()
            with overhear() as words:
                os.write(2, said)
            if words.text != said:
                wrong.append(words.text)

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(os.listdir("/proc/self/fd")) == before


def test_without_memory_nothing_is_overheard(monkeypatch, capfd):
    monkeypatch.delattr(error_stream.os, "memfd_create")
    with overhear() as words:
        os.write(2, b"said")
    assert words.text == b""
    assert capfd.readouterr().err == "said"


def test_a_stream_that_is_gone_takes_no_words(monkeypatch):
    def refuse(_number, _text):
        raise BrokenPipeError

    monkeypatch.setattr(error_stream.os, "write", refuse)
    pass_on(b"words")


def _forked(work):
    """Return the exit code of a child that does some work within five seconds."""
    pid = os.fork()
    if pid == 0:
        signal.alarm(5)
        try:
            work()
        finally:
            os._exit(0)
    return os.waitpid(pid, 0)[1]


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_child_that_is_forked_meanwhile_overhears_and_speaks(capfd):
    def keep_overhearing():
        while not stop.is_set():
            with overhear():
                begun.set()
                time.sleep(0.002)

    def overhear_and_speak():
        with overhear() as words:
            os.write(2, b"x")
        os.write(2, b"child" * (words.text == b"x"))

    begun, stop = threading.Event(), threading.Event()
    thread = threading.Thread(target=keep_overhearing)
    thread.start()
    begun.wait()
    codes = [_forked(overhear_and_speak) for _ in range(10)]
    stop.set()
    thread.join()
    assert codes == [0] * 10
    assert capfd.readouterr().err == "child" * 10


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_library_that_hangs_holds_no_fork_back(capfd, monkeypatch):
    monkeypatch.setattr(error_stream, "_FORK_WAIT_S", 0.05)

    def hang():
        with overhear():
            begun.set()
            stop.wait()

    begun, stop = threading.Event(), threading.Event()
    thread = threading.Thread(target=hang)
    thread.start()
    begun.wait()
    code = _forked(lambda: os.write(2, b"child"))
    stop.set()
    thread.join()
    assert code == 0
    assert capfd.readouterr().err == "child"
    with overhear():  # the lock of the parent is free again
        pass
