"""No file of labels, boxes, tables or records, however damaged, is a fault.

``tests/attack/mutated_data.py`` tries thousands; this is a sample of them.
"""

from __future__ import annotations

from attack.mutated_data import attack


def test_readers_refuse_damaged_files_in_sentences_of_their_own(tmp_path):
    tried, fallen = attack(tmp_path, count=1000, seed=1)
    assert tried == 1000
    assert not fallen
