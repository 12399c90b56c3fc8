"""Find the best network that is quick enough on this device.

What lives here: candidates, their latency, and the contest among those within the
budget. What may not: anything of one task alone. Start reading at ``search.py``.
"""
