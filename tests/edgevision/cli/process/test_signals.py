"""The first signal ends a command in order, the second one a command that hangs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from support.hanging_model import hanging_classifier

from edgevision.cli.process.signals import on_stop

REPOSITORY = Path(__file__).resolve().parents[4]
_BEGIN = """
import sys, time
from edgevision.cli.process import begin_signals, signals
signals._PATIENCE_S = 0.2
signals._SAME_WITHIN_S = 0
begin_signals(sys.argv[1:2])
"""
_WORK = """
signals.begin_work()
"""
_SLEEP = """
print("ready", flush=True)
time.sleep(60)
"""
_HANG = """
from edgevision.runtime.interpreter import Interpreter
interpreter = Interpreter(sys.argv[2], threads=1)
interpreter.input(0)[...] = 255
import threading
threading.Timer(0.3, print, ["ready"], {"flush": True}).start()  # in the graph by then
interpreter.invoke()
"""


class Child:
    """A Python process that takes signals once it has said that it is ready."""

    def __init__(self, script: str, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", script, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
        )
        self._limit = threading.Timer(60, self._process.kill)
        self._limit.start()
        assert self.line() == "ready\n"

    def line(self) -> str:
        """Return the next line that it prints; empty at its end."""
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def send(self, number: int) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def is_alive_after(self, seconds: float) -> bool:
        """Return whether it still runs after a while."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return True
        return False

    def end(self) -> tuple[int, str]:
        """Return its exit status and its error output."""
        _, errors = self._process.communicate()
        self._limit.cancel()
        return self._process.returncode, errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_before_the_first_frame_a_run_ends_with_exit_code_0(number):
    child = Child(_BEGIN + _SLEEP, "run")
    child.send(number)
    assert child.end() == (0, "Stopped before the first frame.\n")


def test_a_wish_to_reload_does_not_end_an_app_that_is_not_open_yet():
    script = (
        _BEGIN
        + """
import os, signal
os.kill(os.getpid(), signal.SIGHUP)
time.sleep(0.5)
print("ready", flush=True)
signals._current.call_at_reload(lambda: print("reload", flush=True))
time.sleep(60)
"""
    )
    child = Child(script, "app")
    assert child.line() == "reload\n"
    child.send(signal.SIGTERM)
    assert child.end()[0] == 0


@pytest.mark.parametrize(
    ("command", "number", "code"),
    [
        ("run", signal.SIGINT, 0),
        ("run", signal.SIGTERM, 0),
        ("run", signal.SIGHUP, 0),
        ("inspect", signal.SIGINT, -signal.SIGINT),
        ("inspect", signal.SIGTERM, -signal.SIGTERM),
    ],
)
def test_the_first_act_of_a_command_takes_the_signals(command, number, code):
    # Without the packages of others, which may import anything at the start.
    script = """
import os, sys
sys.path.insert(0, os.getcwd())
import edgevision.cli
assert not {"typing", "re", "threading"} & set(sys.modules)  # they take their time
edgevision.cli._end_at_signals()
os.kill(os.getpid(), int(sys.argv[2]))
while True:
    pass
"""
    done = subprocess.run(
        [sys.executable, "-S", "-c", script, command, str(int(number))],
        capture_output=True,
        cwd=REPOSITORY,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (code, b"")


def test_the_first_act_of_an_app_lets_a_wish_to_reload_pass():
    script = """
import os, signal, sys
sys.path.insert(0, os.getcwd())
import edgevision.cli
edgevision.cli._end_at_signals()
os.kill(os.getpid(), signal.SIGHUP)
sys.exit(7)
"""
    done = subprocess.run(
        [sys.executable, "-S", "-c", script, "app"],
        cwd=REPOSITORY,
        check=False,
        timeout=60,
    )
    assert done.returncode == 7


def test_while_it_is_imported_another_command_ends_by_the_signal_itself():
    child = Child(_BEGIN + _SLEEP, "inspect")
    child.send(signal.SIGINT)
    assert child.end() == (-signal.SIGINT, "")


@pytest.mark.parametrize("command", ["run", "benchmark"])
def test_a_second_signal_ends_a_library_that_does_not_return(command, tmp_path):
    model = tmp_path / "hang.tflite"
    model.write_bytes(hanging_classifier())
    work = "\nsignals._current.call(lambda: None)\n" if command == "run" else _WORK
    child = Child(_BEGIN + work + _HANG, command, str(model))
    child.send(signal.SIGINT)
    assert child.is_alive_after(0.6)
    child.send(signal.SIGINT)
    code, errors = child.end()
    assert code == -signal.SIGINT
    assert "Traceback" not in errors
    waits = "Waiting for work that goes on; a second signal ends it at once.\n"
    assert errors.endswith(waits) == (command == "run")


def test_interrupts_that_python_handles_are_never_second_ones():
    catch = """
for word in ("ready", "again", "again"):
    try:
        print(word, flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        print("caught", flush=True)
"""
    child = Child(_BEGIN + _WORK + catch, "train")
    for line in ("caught\n", "caught\n", "caught\n"):
        child.send(signal.SIGINT)
        assert child.line() == line
        child.line()
    assert child.end() == (0, "")


def test_an_interrupted_command_ends_by_the_signal_so_that_loops_of_a_shell_end():
    script = """
from edgevision.cli import main
import click, os, signal, sys
@click.command()
def interrupted():
    signals.begin_work()
    print("ready", flush=True)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)
from edgevision.cli.process import signals
main.CommandGroup.get_command = lambda self, ctx, name: interrupted
main.COMMANDS["convert"] = ""
main.cli(["convert"])
"""
    code, errors = Child(_BEGIN + script, "convert").end()
    assert code == -signal.SIGINT
    assert "Traceback" not in errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_function_is_called_once_and_the_handlers_come_back(number):
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    called = threading.Event()
    with on_stop(called.set):
        os.kill(os.getpid(), number)
        assert called.wait(30)
    assert {each: signal.getsignal(each) for each in before} == before
    assert "signals" not in [thread.name for thread in threading.enumerate()]


def test_other_threads_take_no_signals():
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def work():
        with on_stop(lambda: None):
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


def test_the_process_ends_whatever_a_thread_of_a_run_still_does():
    script = """
import atexit, threading
from edgevision.cli.process import end_process
atexit.register(lambda: print("at exit", flush=True))
if sys.argv[2] == "left":
    left = threading.Thread(target=time.sleep, args=(60,), name="edgevision-x")
    left.daemon = True
    left.start()
threading.Thread(target=lambda: (time.sleep(0.2), print("joined", flush=True))).start()
print("ready", flush=True)
print("last words", end="")
end_process(3)
"""
    for what, said in (("left", "last words"), ("none", "last wordsjoined\nat exit\n")):
        done = subprocess.run(
            [sys.executable, "-c", _BEGIN + script, "run", what],
            capture_output=True,
            text=True,
            cwd=REPOSITORY,
            check=False,
            timeout=60,
        )
        assert (done.returncode, done.stdout) == (3, f"ready\n{said}"), done.stderr


_STOPPING = """
signals._SAME_WITHIN_S = 1.0
signals.begin_work()
with signals.on_stop(lambda: print("stops", flush=True)):
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_is_sent_twice_is_one(number):
    """The program "timeout" does so, and so does a terminal that is closed."""
    child = Child(_BEGIN + _STOPPING, "run")
    child.send(number)
    assert child.line() == "stops\n"
    child.send(number)
    child.send(signal.SIGHUP)
    assert child.is_alive_after(1.2)
    child.send(signal.SIGHUP)
    assert child.is_alive_after(0.2)
    child.send(signal.SIGTERM)
    assert child.end()[0] == -signal.SIGTERM
