"""No name of a file, whatever its bytes, is called a fault of EdgeVision.

``tests/attack/random_names.py`` tries thousands; this is a sample of them.
"""

from __future__ import annotations

from attack.random_names import attack


def test_commands_take_any_name_or_refuse_it_in_a_sentence(tmp_path):
    tried, fallen = attack(tmp_path, rounds=2, seed=8)
    assert tried == 44
    assert not fallen
