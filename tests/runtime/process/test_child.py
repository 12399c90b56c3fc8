"""A child of this Python finds this very package, and gets its words as they are."""

from __future__ import annotations

import subprocess
import sys

from edgevision.runtime.process.child import child_command


def test_a_child_calls_main_with_its_words(tmp_path, monkeypatch):
    (tmp_path / "said.py").write_text("def main(words):\n    print(words)\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    command = child_command("said", "a b", "", "$x'\"")
    done = subprocess.run(command, capture_output=True, cwd="/", check=True)
    assert done.stdout.decode().strip() == repr(["a b", "", "$x'\""])
