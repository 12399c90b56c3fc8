"""The page: what it serves, to whom, and drawing and saving in a real browser."""

from __future__ import annotations

import json
import socket
import time
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
from edgevision.runtime.region_page import RegionEditor, RegionFile, RegionServer
from edgevision.runtime.region_page.region_page import PAGE, POLICY
from support import devtools
from support.streams import event

TEXT = """# my regions
[region.lawn]
zone = [[0.1, 0.5], [0.9, 0.5], [0.9, 0.9]]  # grass
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "regions.toml"
    path.write_text(TEXT)
    return path


@pytest.fixture
def server(file):
    editor = RegionEditor(RegionFile(file), ["person", "car"])
    editor.write(event(200))
    with RegionServer(editor) as running:
        yield running


def _ask(server, path="/", *, method="GET", body=b"", host="127.0.0.1", more=""):
    """Return the status and the body of one request; ``{t}`` is the token."""
    address = urlsplit(server.address)
    path = path.replace("{t}", address.query)
    with socket.create_connection(("127.0.0.1", address.port), 5) as connection:
        head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{more}"
        head += f"Content-Length: {len(body)}\r\n\r\n" if body else "\r\n"
        connection.sendall(head.encode() + body)
        answer = b""
        while data := connection.recv(65536):
            answer += data
    head, _, content = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode(), content


JSON = "Content-Type: application/json\r\n"
ZONE = {"kind": "zone", "points": [[0, 0], [1, 0], [1, 1]], "labels": []}


def _save(server, *regions, more=JSON):
    body = json.dumps({"regions": regions}).encode()
    return _ask(server, "/regions.json?{t}", method="POST", body=body, more=more)


def test_the_page_its_picture_and_its_regions(server):
    status, head, content = _ask(server, "/?{t}")
    assert (status, content.decode()) == (200, PAGE)
    assert f"Content-Security-Policy: {POLICY}" in head
    assert "X-Frame-Options: DENY" in head
    _, _, content = _ask(server, "/regions.json?{t}")
    data = json.loads(content)
    assert data["labels"] == ["person", "car"]
    assert data["regions"][0]["name"] == "lawn"
    _, head, content = _ask(server, "/picture.jpg?{t}")
    assert "image/jpeg" in head
    assert cv2.imdecode(np.frombuffer(content, np.uint8), 1).shape == (6, 8, 3)


def test_nobody_without_the_token_or_from_elsewhere(server, file):
    good = {**ZONE, "name": "a", "was": ""}
    body = json.dumps({"regions": [good]}).encode()
    for path in ("/", "/regions.json", "/picture.jpg", "/?token=wrong"):
        assert _ask(server, path)[0] == 403
    assert _ask(server, "/?{t}", host="evil.example")[0] == 403
    assert _ask(server, "/?{t}", more="Sec-Fetch-Site: cross-site\r\n")[0] == 403
    for more in (
        "Origin: http://evil.example\r\n" + JSON,
        "Sec-Fetch-Site: cross-site\r\n" + JSON,
        "Content-Type: text/plain\r\n",
        "",
    ):
        assert _save(server, good, more=more)[0] in (400, 403)
    wrong = _ask(server, "/regions.json", method="POST", body=body, more=JSON)
    assert wrong[0] == 403
    assert file.read_text() == TEXT


def test_what_is_no_request_for_it(server):
    assert _ask(server, "/other?{t}")[0] == 404
    assert _ask(server, "/?{t}", method="DELETE")[0] == 405
    assert _ask(server, "/?{t}", method="POST", body=b"{}", more=JSON)[0] == 405
    assert _ask(server, "/" + "x" * 9000)[0] in (400, 431)
    for body in (b"{", b"[" * 100_000):
        answer = _ask(server, "/regions.json?{t}", method="POST", body=body, more=JSON)
        assert answer[0] == 400
    more = JSON + "Content-Length: 99999999\r\n"
    assert _ask(server, "/regions.json?{t}", method="POST", more=more)[0] == 400


def test_saving_keeps_the_comments_and_says_what_is_wrong(server, file):
    lawn = {**ZONE, "name": "lawn", "was": "lawn"}
    status, _, content = _save(server, lawn, {**ZONE, "name": "b", "was": ""})
    assert status == 200
    assert [r["name"] for r in json.loads(content)["regions"]] == ["lawn", "b"]
    assert file.read_text().startswith("# my regions\n[region.lawn]\nzone = [[0, 0],")
    before = file.read_text()
    for wrong, words in (
        ({**lawn, "name": "1 b"}, b"The name of a zone must be a letter"),
        ({**lawn, "points": [[0, 0], [1, 1]]}, b"at least 3 points"),
        ({**lawn, "points": [[0, 0], [2, 1], [0, 1]]}, b"from 0 to 1"),
        ({**lawn, "points": [[0, 0], [1, 1], [1, 0], [0, 1]]}, b"crosses itself"),
        ({**lawn, "points": None}, b""),
        ({**lawn, "labels": "person"}, b"list of class labels"),
        ({**lawn, "kind": "circle"}, b"zone or a line"),
        ({**lawn, "was": "hill"}, b"Load the page again"),
        ({**lawn, "name": None}, b"name"),
        (3, b"a table"),
    ):
        status, _, content = _save(server, wrong)
        assert status == 400, wrong
        assert words in content
    assert file.read_text() == before


def test_of_two_browsers_the_later_one_overwrites_nothing(server, file):
    seen = json.loads(_ask(server, "/regions.json?{t}")[2])
    mine = [{**region, "was": region["name"]} for region in seen["regions"]]
    body = json.dumps({"regions": mine, "version": seen["version"]}).encode()

    def save():
        return _ask(server, "/regions.json?{t}", method="POST", body=body, more=JSON)

    assert save()[0] == 200
    text = file.read_text() + "[region.gate]\nline = [[0, 0.5], [1, 0.5]]\n"
    file.write_text(text)
    status, _, content = save()
    assert status == 400
    assert content.startswith(b"Somebody else has changed the regions of the file.")
    assert file.read_text() == text


def test_without_a_picture_the_page_waits(file):
    editor = RegionEditor(RegionFile(file))
    assert editor.picture(0.01) == b""
    with RegionServer(editor) as server:
        server.close()  # twice


def test_too_many_connections_are_closed_and_the_page_goes_on(server):
    address = urlsplit(server.address)
    silent = [
        socket.create_connection(("127.0.0.1", address.port), 5) for _ in range(20)
    ]
    time.sleep(0.1)
    for connection in silent:
        connection.close()
    time.sleep(0.3)
    assert _ask(server, "/?{t}")[0] == 200


@devtools.needs_chromium
@pytest.mark.parametrize("width", [390, 1280])
def test_drawing_and_saving_in_a_browser(server, file, width):
    with devtools.Browser(width, 800) as browser:
        browser.open(server.address)
        browser.wait("regions.length === 1 && picture.naturalWidth > 0")
        assert browser.run("document.documentElement.scrollWidth") <= width

        def at(x, y):
            return browser.run(
                "(() => { const b = svg.getBoundingClientRect();"
                f"return [b.left + {x} * b.width, b.top + {y} * b.height]; }})()"
            )

        # A zone by taps, closed at its first corner.
        browser.click_on("#zone")
        for corner in ((0.2, 0.1), (0.6, 0.1), (0.6, 0.4)):
            browser.tap(*at(*corner), is_touch=width == 390)
        assert browser.run("draft.points.length") == 3
        browser.tap(*at(0.2, 0.1), is_touch=width == 390)
        assert browser.run("regions.length") == 2
        browser.send("Input.insertText", text="door")  # the name is selected
        browser.key("Tab")
        # A line by keys alone.
        browser.click_on("#line")
        for _ in range(10):
            browser.key("ArrowLeft")
        browser.key(" ")
        for _ in range(20):
            browser.key("ArrowRight")
        browser.key(" ")
        browser.key("Enter")
        assert browser.run("regions[2].points") == [[0.4, 0.5], [0.6, 0.5]]
        # Move a corner by dragging, undo it, and move it again.
        browser.run("choose(1)")
        browser.drag(at(0.6, 0.4), at(0.7, 0.45))
        moved = browser.run("regions[1].points[2]")
        assert moved == [pytest.approx(0.7, abs=0.01), pytest.approx(0.45, abs=0.01)]
        browser.click_on("#undo")
        assert browser.run("regions[1].points[2]")[0] == pytest.approx(0.6, abs=0.01)
        # A corner more, and one less.
        browser.drag(at(0.4, 0.1), at(0.4, 0.05))
        assert browser.run("regions[1].points.length") == 4
        browser.click_on("#less")
        assert browser.run("regions[1].points.length") == 3
        browser.run("document.querySelectorAll('#list .chosen input')[1].click()")
        browser.click_on("#save")
        browser.wait("id('said').textContent.startsWith('Saved')")
        text = file.read_text()
        assert text.startswith(TEXT)
        assert "[region.door]\nzone = [" in text
        assert 'labels = ["person"]' in text
        assert "[region.line-1]\nline = [[0.4, 0.5], [0.6, 0.5]]" in text
        assert [region.name for region in RegionFile(file).read()] == [
            "lawn",
            "door",
            "line-1",
        ]
        assert browser.complaints == []
