"""The page on which regions are drawn: no font and no script from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from .region_script import SCRIPT

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #17202b; --soft: #5b6675; --line: #dfe4ea;
  --paper: #f3f5f8; --card: #fff; --blue: #0072b2; --good: #1b7f4b; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa6b5;
  --line: #2b3440; --paper: #0e1217; --card: #171d25; --blue: #2f8fd0;
  --good: #4cc38a; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 84rem; padding: 0 .8rem 1rem; color: var(--ink);
  background: var(--paper); font: 15px/1.45 system-ui, -apple-system, "Segoe UI",
  Roboto, sans-serif; }
header { display: flex; gap: .2rem .6rem; align-items: baseline; padding: .6rem 0;
  flex-wrap: wrap; }
h1 { font-size: 1.05rem; margin: 0; }
#file { color: var(--soft); overflow-wrap: anywhere; }
main { display: grid; gap: .8rem; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 60rem) { main { grid-template-columns: minmax(0, 1fr) 21rem;
  align-items: start; } }
#frame { position: relative; border-radius: .5rem; overflow: hidden;
  background: #0d1117; min-height: 8rem; }
#picture { display: block; width: 100%; }
#draw { position: absolute; inset: 0; width: 100%; height: 100%; touch-action: none;
  cursor: crosshair; }
#draw:focus-visible { outline: 3px solid #fff; outline-offset: -3px; }
#veil { position: absolute; inset: auto 0 0; color: #fff; text-align: center;
  padding: .3rem; text-shadow: 0 0 4px #000; pointer-events: none; }
.edge { stroke-width: 2.5; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.edge.chosen { stroke-width: 4; } polyline.edge { fill: none; }
polygon.edge { cursor: move; }
.edge.draft { stroke: #fff; stroke-dasharray: 6 4; fill: none; }
.touch { fill: transparent; stroke: none; cursor: move; }
polyline.touch { fill: none; stroke: transparent; stroke-width: 24; }
.dot { stroke: #fff; stroke-width: 2; } .dot.on { stroke: #000; stroke-width: 3; }
.dot.draft { fill: #fff; stroke: #000; } .middle { fill: #fff; opacity: .75; }
.corner:focus { outline: none; stroke: #fff; stroke-width: 2; stroke-dasharray: 3 3; }
.cross { stroke: #fff; stroke-width: 2; }
text.name, text.in { fill: #fff; font: 600 14px system-ui, sans-serif; stroke: #000;
  stroke-width: 3; paint-order: stroke; pointer-events: none; }
text.in { text-anchor: middle; }
#bar { display: flex; flex-wrap: wrap; gap: .4rem; margin: .6rem 0; }
button { font: inherit; color: var(--ink); background: var(--card);
  border-radius: .5rem; border: 1px solid var(--line); padding: .45rem .8rem;
  min-height: 2.5rem; cursor: pointer; }
button:disabled { opacity: .45; cursor: default; }
button.on { outline: 3px solid var(--blue); }
button:focus-visible, input:focus-visible { outline: 3px solid var(--blue); }
#save { background: var(--blue); border-color: var(--blue); color: #fff;
  margin-left: auto; font-weight: 600; }
#said { min-height: 1.5em; margin: 0; color: var(--soft); overflow-wrap: anywhere; }
#said.bad { color: var(--bad); } #said.good { color: var(--good); }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .5rem; }
li { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: .5rem; } li.chosen { border-color: var(--blue);
  box-shadow: 0 0 0 1px var(--blue); }
.head { display: flex; gap: .5rem; align-items: center; }
.head i { width: .9rem; height: .9rem; border-radius: 50%; flex: none; }
.head span { color: var(--soft); } .head input { flex: 1; min-width: 0; }
.head button { min-width: 2.5rem; padding: .3rem .5rem; }
input:not([type=checkbox]) { font: inherit; color: inherit; background: var(--paper);
  border: 1px solid var(--line); border-radius: .4rem; padding: .4rem .5rem;
  min-height: 2.5rem; width: 100%; }
.labels { display: flex; flex-wrap: wrap; gap: .1rem .8rem; margin-top: .4rem;
  color: var(--soft); } .labels label { display: flex; gap: .3rem; padding: .25rem 0;
  align-items: center; color: var(--ink); overflow-wrap: anywhere; }
.labels input[type=checkbox] { width: 1.15rem; height: 1.15rem; }
#help { color: var(--soft); font-size: .88rem; }
"""

PAGE: Final = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Regions - EdgeVision</title><style>{_STYLE}</style></head><body>
<header><h1>Regions</h1><span id="file"></span></header>
<main><div><div id="frame"><img id="picture" alt="The live picture">
<svg id="draw" tabindex="0" role="application"
aria-label="The picture to draw on: arrow keys move the cross, Space sets a point, Enter
finishes, Escape gives up"></svg>
<div id="veil">waiting for the first picture</div></div>
<div id="bar"><button type="button" id="zone">+ Zone</button>
<button type="button" id="line">+ Line</button>
<button type="button" id="finish" hidden>Finish</button>
<button type="button" id="cancel" hidden>Cancel</button>
<button type="button" id="undo" disabled>Undo</button>
<button type="button" id="less" hidden>Delete point</button>
<button type="button" id="save" disabled>Save</button></div>
<p id="said" role="status" aria-live="polite"></p></div>
<div><ul id="list"></ul><datalist id="known"></datalist>
<p id="empty">No region yet: choose Zone or Line, and set points on the picture.</p>
<p id="help">Drag a point to move it, a small dot to add one, a whole region to shift
it. The arrow of a line shows which way counts as <b>in</b>. Keys: Tab reaches each
point of the chosen region, arrows move it (with Shift finely), Delete removes it,
Ctrl+Z undoes, Ctrl+S saves.</p></div></main>
<noscript>This page needs JavaScript.</noscript>
<script>{SCRIPT}</script></body></html>
"""

_HASH: Final = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
# Only this very script runs, and nothing is loaded from anywhere else.
POLICY: Final = (
    f"default-src 'none'; script-src 'sha256-{_HASH}'; style-src 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
