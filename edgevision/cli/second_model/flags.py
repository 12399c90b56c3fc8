"""Flags of one model in a sentence, written as the flags of the model of ``--then``."""

from __future__ import annotations

import json
import re
from typing import Final

_NAMES: Final = "task|normalize|color|resize|decoder|labels|input-size"
_VALUE: Final = re.compile(rf"--({_NAMES}) (?!for |and |or |to )([^\s,;]*[^\s,;.:])")
_BARE: Final = re.compile(rf"--({_NAMES})\b")
_HEAD: Final = r"--head (\w+)=(\w+)"
_HEADS: Final = re.compile(rf"{_HEAD}(?: {_HEAD})*")
_INPUT: Final = re.compile(r"--input ([^\s=]+)=([^\s,;)]*[^\s,;.:)])")


def as_then_options(sentence: str) -> str:
    """Return a sentence whose flags are ``--then-option NAME=VALUE``.

    Args:
        sentence: What a model is asked or assumed to be, with flags of ``run``.
    """

    def with_value(match: re.Match[str]) -> str:
        return f"--then-option {match[1].replace('-', '_')}={match[2]}"

    def bare(match: re.Match[str]) -> str:
        value = "FILE" if match[1] == "labels" else "NAME"
        return f"--then-option {match[1].replace('-', '_')}={value}"

    def heads(match: re.Match[str]) -> str:
        tasks = {name: {"task": task} for name, task in re.findall(_HEAD, match[0])}
        return f"--then-option 'heads={json.dumps(tasks)}'"

    def one_input(match: re.Match[str]) -> str:
        return f"--then-option 'inputs={json.dumps({match[1]: match[2]})}'"

    sentence = sentence.replace("--option ", "--then-option ")
    sentence = _INPUT.sub(one_input, _HEADS.sub(heads, sentence))
    return _BARE.sub(bare, _VALUE.sub(with_value, sentence))
