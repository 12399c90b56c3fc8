"""The live picture and the charts in any browser.

What lives here: the sink, its small HTTP server, its state and its one page. What may
not: other sinks. Start reading at ``web_sink.py``.
"""
