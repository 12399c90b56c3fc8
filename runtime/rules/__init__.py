"""Rules: what turns frames into events that begin and end.

What lives here: the language of rules, and what holds at each moment by the stream's
own clock. What may not: pictures, tracking and geometry, of which rules only read the
results. Start reading at ``rule.py``.
"""
