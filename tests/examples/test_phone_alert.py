"""The alert for a phone: what an app sends to a web address, also where that fails."""

from __future__ import annotations

import http.server
import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from edgevision.runtime.demo import DETECTOR
from edgevision.runtime.interpreter.backends import installed_backends
from edgevision.runtime.rule_event import RuleEvent
from edgevision.runtime.sinks import open_sink
from support.shape_clip import Walk, write_clip

import edgevision

PROGRAM = Path(__file__).resolve().parents[2] / "examples" / "phone_alert.py"
START = RuleEvent("1", "r", "start", 3.0, 0.0, 0.0, camera="yard", sentence="it came")


@pytest.fixture
def service():
    """Return a web address, and the list of bodies and answers of its server."""
    bodies: list[str] = []
    answers: list[int] = []

    class Service(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            bodies.append(body)
            self.send_response(answers.pop(0) if answers else 200)
            self.end_headers()

        def log_message(self, *_):
            """Print nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/topic", bodies, answers
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_start_is_sent_and_nothing_else(service):
    address, bodies, _ = service
    with open_sink(f"{PROGRAM}:PhoneAlert:{address}") as sink:
        sink.write_rule_event(START)
        sink.write_rule_event(replace(START, phase="update"))
        sink.write_rule_event(replace(START, phase="end"))
        sink.write_rule_event(replace(START, camera="door"))
    assert bodies == ["yard: it came", "door: it came"]


def test_an_alert_that_was_not_taken_is_sent_again(service):
    address, bodies, answers = service
    answers += [503, 503]
    sink = open_sink(f"{PROGRAM}:PhoneAlert:{address}")
    sink.sink._pause_s = 0.01
    sink.write_rule_event(START)
    for _ in range(1000):
        if len(bodies) < 3:
            time.sleep(0.01)
    sink.close()
    assert bodies == ["yard: it came"] * 3


@pytest.mark.skipif(not installed_backends(), reason="no TFLite interpreter is there")
def test_an_app_sends_its_alert_and_does_not_show_the_address(
    service, tmp_path, monkeypatch
):
    address, bodies, _ = service
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALERT_ADDRESS", address)
    monkeypatch.setattr("edgevision.redaction._secrets", {})
    shutil.copy(PROGRAM, tmp_path)
    write_clip(tmp_path / "clip.avi", [Walk("star", [(1, 0.3, 0.7), (5, 0.4, 0.7)])], 6)
    (tmp_path / "app.toml").write_text(
        f"""\
        [model]
        file = '{DETECTOR}'
        [camera.yard]
        source = "clip.avi"
        [rule.visitor]
        when = "star in frame for 2s"
        [[sink]]
        to = "./phone_alert.py:PhoneAlert:${{ALERT_ADDRESS}}"
        """
    )
    with edgevision.load_app("app.toml") as app:
        assert address not in str(app.plan())
        list(app)
    assert bodies == ["yard: star for 2 s"]
