"""No field of a card, whatever it holds, is called a fault of EdgeVision.

``tests/attack/mutated_cards.py`` tries thousands; this is a sample of them.
"""

from __future__ import annotations

from attack.mutated_cards import attack, prepare


def test_commands_refuse_what_cards_hold_in_sentences(tmp_path):
    prepare(tmp_path)
    tried, fallen = attack(tmp_path, count=90, seed=2)
    assert tried > 360
    assert not fallen
