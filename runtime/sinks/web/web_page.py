"""The one page of the web sink: no font, no picture, no script from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from .web_script import SCRIPT

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #17202b; --soft: #5b6675; --line: #dfe4ea;
  --paper: #f3f5f8; --card: #fff; --a: #0072b2; --b: #d55e00; --good: #1b7f4b;
  --bad: #b3261e; --idle: #6b7480; --screen: #0d1117; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa6b5;
  --line: #2b3440; --paper: #0e1217; --card: #171d25; --a: #56b4e9; --b: #f0884a;
  --good: #2f9e6a; --bad: #d9534a; --idle: #5d6875; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 84rem; padding: 0 1rem 1rem; color: var(--ink);
  background: var(--paper); font: 15px/1.45 system-ui, -apple-system, "Segoe UI",
  Roboto, sans-serif; font-variant-numeric: tabular-nums; }
header { display: flex; gap: .75rem; align-items: center; padding: .7rem 0; }
h1 { font-size: 1.05rem; margin: 0; min-width: 0; display: flex; gap: 0 .6rem;
  flex-wrap: wrap; flex: 0 1 auto; }
h1 span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0;
  max-width: 100%; }
#source { color: var(--soft); font-weight: 400; }
h2 { font-size: .82rem; margin: 0 0 .3rem; font-weight: 600; display: flex;
  flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; }
h2 span { color: var(--soft); font-weight: 400; }
#state { color: #fff; border-radius: 1rem; padding: .12rem .7rem; font-size: .82rem;
  font-weight: 600; white-space: nowrap; }
#state.good { background: var(--good); } #state.bad { background: var(--bad); }
#state.idle { background: var(--idle); } #state.warn { background: var(--bad); }
#state.good::before { content: ''; display: inline-block; width: .5rem; height: .5rem;
  margin-right: .4rem; border-radius: 50%; background: #fff;
  animation: beat 2s ease-in-out infinite; }
@keyframes beat { 50% { opacity: .25; } }
@media (prefers-reduced-motion: reduce) { #state.good::before { animation: none; } }
#up { color: var(--soft); font-size: .82rem; margin-left: auto; white-space: nowrap; }
main { display: grid; gap: .8rem; align-items: start;
  grid-template: 'seen now' auto 'whole now' 1fr / minmax(0, 3fr) minmax(0, 2fr); }
main > div { display: grid; gap: .8rem; min-width: 0; }
#seen { grid-area: seen; } #now { grid-area: now; } #whole { grid-area: whole; }
@media (max-width: 52rem) { main { grid-template:
  'seen' 'now' 'whole' / minmax(0, 1fr); }
  body { padding: 0 .6rem .8rem; } header { flex-wrap: wrap; gap: .3rem .6rem; }
  h1 { order: 1; flex-basis: 100%; } }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
  padding: .6rem .8rem; min-width: 0; }
#frame { position: relative; overflow: hidden; border-radius: .6rem;
  background: var(--screen); min-height: 12rem; display: grid; }
#picture { display: block; width: 100%; max-height: 78vh; object-fit: contain; }
#frame.bad #picture { opacity: .35; filter: grayscale(1); }
#veil { position: absolute; inset: 0; display: grid; place-items: center;
  text-align: center; padding: 1rem; color: #fff; font-size: 1.1rem; font-weight: 600;
  text-shadow: 0 1px 4px #000; pointer-events: none; }
#words { color: var(--soft); font-size: .85rem; overflow-wrap: anywhere; }
#words:empty { display: none; }
#pills { display: grid; gap: .35rem; min-height: 1.9rem; align-items: start;
  grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); }
.pill { background: var(--card); border: 1px solid var(--line); border-radius: 1rem;
  padding: .12rem .7rem; font-size: .85rem; display: flex; align-items: baseline;
  gap: 0 .5rem; min-width: 0; }
.pill span { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.pill b:empty { display: none; }
.pill i { color: var(--soft); font-style: normal; text-align: right;
  min-width: 2.8rem; }
.pill.gone { opacity: .45; }
#numbers { display: grid; gap: .55rem .4rem;
  grid-template-columns: repeat(3, minmax(0, 1fr)); }
#numbers b { display: block; font-size: 1.3rem; line-height: 1.25; font-weight: 650;
  overflow-wrap: anywhere; }
#numbers span { color: var(--soft); font-size: .78rem; }
#numbers .warn b { color: var(--b); }
table { border-collapse: collapse; width: 100%; font-size: .85rem; }
td, th { text-align: right; padding: .16rem .2rem; white-space: nowrap; }
tr + tr td { border-top: 1px solid var(--line); }
td:first-child, th:first-child { text-align: left; }
th { color: var(--soft); font-weight: 400; }
svg { display: block; width: 100%; height: 6rem; }
svg text { fill: var(--soft); font-size: 11px; } svg line { stroke: var(--line); }
.line { fill: none; stroke-width: 1.6; stroke-linecap: round;
  stroke-linejoin: round; } .fill { opacity: .16; }
.a { color: var(--a) !important; } .b { color: var(--b) !important; }
#events { list-style: none; margin: 0; padding: 0; font-size: .85rem; }
#events li { display: flex; flex-wrap: wrap; gap: 0 .6rem; padding: .2rem 0; }
#events li + li { border-top: 1px solid var(--line); }
#events time { color: var(--soft); } #events span { overflow-wrap: anywhere; }
#events .goes-on b { color: var(--b); }
#map { display: block; width: 100%; border-radius: .3rem; min-height: 4rem; }
footer { display: flex; gap: 1rem; color: var(--soft); font-size: .82rem; }
a { color: var(--a); text-decoration: none; } a:hover { text-decoration: underline; }
"""

PAGE: Final = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>EdgeVision</title><style>{_STYLE}</style></head><body>
<header><span id="state" class="idle">connecting</span><h1><span id="model"></span>
<span id="source">EdgeVision</span></h1>
<span id="up"></span></header>
<main><div id="seen"><div id="frame" class="idle"><canvas id="picture"
role="img" aria-label="The live picture with its results"></canvas>
<div id="veil">connecting</div></div>
<div id="pills"></div><div id="words"></div>
<section id="eventbox" hidden><h2>Events<span>the newest
first</span></h2><ul id="events"></ul></section>
<noscript>This page needs JavaScript; the pictures alone are at stream.mjpg.</noscript>
</div>
<div id="now"><section id="numbers"></section>
<section><h2>Latency, ms<span><span class="a">mean</span> and
<span class="b">longest</span> of each second</span></h2>
<svg id="latency"></svg></section>
<section><h2>Age when work began, ms<span><span class="a">mean</span> and
<span class="b">oldest</span></span></h2><svg id="age"></svg></section>
<section><h2>Frames per second<span><span class="a">worked on</span> and
<span class="b">dropped</span></span></h2><svg id="drops"></svg></section>
<section id="heatbox" hidden><h2>Chip temperature, °C<span>
<span class="a">temperature</span>, <span class="b">while the board was
slowed down</span></span></h2><svg id="heat"></svg></section></div>
<div id="whole"><section id="mapbox" hidden><h2>Where they were<span><a id="counts"
download="counts.csv">Counts of the day by hour</a></span></h2>
<img id="map" alt="Where tracks were, and for how long"></section>
<section><h2>Since the run began</h2><div id="table"></div></section>
<footer><a id="save" download="snapshot.jpg" href="snapshot.jpg">Save the picture</a>
<a id="json" href="status.json">Status as JSON</a></footer></div></main>
<script>{SCRIPT}</script></body></html>
"""

_HASH: Final = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
# Only this very script runs, and nothing is loaded from anywhere else.
POLICY: Final = (
    f"default-src 'none'; script-src 'sha256-{_HASH}'; style-src 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
