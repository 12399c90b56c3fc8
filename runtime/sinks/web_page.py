"""The one page of the web sink: no font, no picture, no script from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d9dee5;
  --paper: #fff; --band: #f4f6f9; --a: #0072b2; --b: #d55e00; --good: #1b7f4b;
  --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa6b5;
  --line: #333d4a; --paper: #12161c; --band: #1b2129; --a: #56b4e9; --b: #f0884a;
  --good: #58c48b; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 75rem; padding: .75rem; color: var(--ink);
  background: var(--paper); font: 15px/1.45 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; }
h1 { font-size: 1.15rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: .85rem; margin: 0 0 .25rem; color: var(--soft); font-weight: 600; }
#state { font-weight: 600; } .good { color: var(--good); } .bad { color: var(--bad); }
main { display: grid; gap: .75rem; margin-top: .5rem;
  grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); }
@media (max-width: 50rem) { main { grid-template-columns: minmax(0, 1fr); } }
#picture { display: block; width: 100%; min-height: 8rem; background: var(--band);
  border: 1px solid var(--line); border-radius: .4rem; }
#picture.old { opacity: .45; }
section { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .7rem;
  margin-bottom: .75rem; overflow-x: auto; }
#numbers { display: grid; gap: .4rem; grid-template-columns: repeat(3, 1fr); }
#numbers b { display: block; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
#numbers span { color: var(--soft); font-size: .8rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums;
  font-size: .85rem; }
td, th { text-align: right; padding: .12rem .3rem; border-bottom: 1px solid var(--line);
  white-space: nowrap; }
td:first-child, th:first-child { text-align: left; }
th { color: var(--soft); font-weight: 600; }
svg { display: block; width: 100%; height: 5.5rem; }
svg text { fill: var(--soft); font-size: 11px; }
svg line { stroke: var(--line); }
svg path { fill: none; stroke-width: 1.6; vector-effect: non-scaling-stroke; }
.key { color: var(--soft); font-size: .8rem; } .a { color: var(--a); }
.b { color: var(--b); } #found { margin: .4rem 0 0; overflow-wrap: anywhere; }
"""

_SCRIPT: Final = """
'use strict';
const query = location.search;
const id = name => document.getElementById(name);
const number = (value, digits) =>
  value === null || value === undefined ? '–' : value.toFixed(digits);
const picture = id('picture');
picture.src = 'stream.mjpg' + query;
let lost = false;
picture.onerror = () => { lost = true; };

function cell(row, text, head) {
  const made = document.createElement(head ? 'th' : 'td');
  made.textContent = text;
  row.appendChild(made);
}
function table(target, head, rows) {
  const made = document.createElement('table');
  for (const [index, values] of [head, ...rows].entries()) {
    const row = made.insertRow();
    values.forEach(value => cell(row, value, index === 0));
  }
  target.replaceChildren(made);
}
const NS = 'http://www.w3.org/2000/svg';
function shape(svg, name, attributes, text) {
  const made = document.createElementNS(NS, name);
  for (const key in attributes) made.setAttribute(key, attributes[key]);
  if (text !== undefined) made.textContent = text;
  svg.appendChild(made);
}
function chart(svg, seconds, series) {
  const width = svg.clientWidth || 300, height = svg.clientHeight || 88;
  const left = 40, top = 6, bottom = height - 14;
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.replaceChildren();
  const values = series.flatMap(item => item.values).filter(value => value !== null);
  const highest = Math.max(1, ...values);
  const step = 10 ** Math.floor(Math.log10(highest));
  const ceiling = Math.ceil(highest / step) * step;
  for (const part of [0, 0.5, 1]) {
    const y = bottom - part * (bottom - top);
    shape(svg, 'line', {x1: left, x2: width, y1: y, y2: y});
    shape(svg, 'text', {x: left - 4, y: y + 4, 'text-anchor': 'end'},
      String(+(ceiling * part).toPrecision(3)));
  }
  shape(svg, 'text', {x: left, y: height - 2}, `${seconds} s ago`);
  shape(svg, 'text', {x: width, y: height - 2, 'text-anchor': 'end'}, 'now');
  for (const item of series) {
    let path = '', pen = 'M';
    item.values.forEach((value, index) => {
      if (value === null) { pen = 'M'; return; }
      const x = left + (index + 0.5) / item.values.length * (width - left);
      const y = bottom - value / ceiling * (bottom - top);
      path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
      if (pen === 'M') path += 'h.01';
      pen = 'L';
    });
    shape(svg, 'path', {d: path, stroke: `var(--${item.color})`,
      'stroke-linecap': 'round'});
  }
}
function show(status) {
  const waits = status.since_last_s;
  const old = waits === null || waits > Math.max(3, 4 / (status.fps || 1));
  id('name').textContent = status.source || 'EdgeVision';
  document.title = status.source || 'EdgeVision';
  id('state').textContent = waits === null ? 'waiting for the first picture'
    : old ? `no picture for ${waits.toFixed(0)} s` : 'live';
  id('state').className = old ? 'bad' : 'good';
  picture.className = old ? 'old' : '';
  const health = status.health || {};
  const facts = [
    ['frames per second', number(status.fps, 1)],
    ['latency now, ms', number(status.latency_ms, 1)],
    ['age now, ms', number(status.age_ms, 0)],
    ['frames', String(status.frames)],
    ['dropped', String(status.dropped)],
    ['reconnects', String(status.reconnects)],
  ];
  if (health.temperature_c !== null && health.temperature_c !== undefined)
    facts.push(['chip', `${health.temperature_c.toFixed(0)} °C`]);
  if ((health.limits || []).length)
    facts.push(['held back by', health.limits.join(', ')]);
  const seen = (health.limits_seen || []).filter(word => !health.limits.includes(word));
  if (seen.length) facts.push(['since the board started', seen.join(', ')]);
  const heat = (health.temperature || []).some(value => value !== null);
  id('heatbox').hidden = !heat;
  if (heat) chart(id('heat'), health.seconds, [
    {color: 'a', values: health.temperature}, {color: 'b', values: health.limited}]);
  id('numbers').replaceChildren(...facts.map(([name, value]) => {
    const made = document.createElement('div');
    const big = document.createElement('b');
    const small = document.createElement('span');
    big.textContent = value;
    small.textContent = name;
    made.append(big, small);
    return made;
  }));
  id('found').textContent = status.found;
  const past = status.history;
  chart(id('latency'), past.seconds, [
    {color: 'b', values: past.latency_max}, {color: 'a', values: past.latency_mean}]);
  chart(id('age'), past.seconds, [
    {color: 'b', values: past.age_max}, {color: 'a', values: past.age_mean}]);
  chart(id('drops'), past.seconds, [
    {color: 'b', values: past.dropped}, {color: 'a', values: past.frames}]);
  table(id('table'), ['ms', 'mean', 'p50', 'p90', 'p99', 'max'],
    Object.entries(status.stages).map(([name, row]) => [name,
      ...['mean_ms', 'p50_ms', 'p90_ms', 'p99_ms', 'max_ms']
        .map(key => number(row[key], 1))]));
}
async function poll() {
  try {
    const answer = await fetch('status.json' + query,
      {signal: AbortSignal.timeout(5000)});
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
    if (lost) {
      lost = false;
      picture.src = 'stream.mjpg' + query + (query ? '&' : '?') + 'again=' + Date.now();
    }
  } catch (error) {
    id('state').textContent = 'the run has ended, or cannot be reached';
    id('state').className = 'bad';
    picture.className = 'old';
    lost = true;
  }
  setTimeout(poll, 1000);
}
poll();
"""

PAGE: Final = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>EdgeVision</title><style>{_STYLE}</style></head><body>
<header><h1 id="name">EdgeVision</h1><span id="state">connecting</span></header>
<main><div><img id="picture" alt="The live picture with its results">
<p id="found"></p></div>
<div><section id="numbers"></section>
<section><h2>Latency, ms</h2><svg id="latency"></svg>
<div class="key"><span class="a">mean</span> and <span class="b">longest</span>
of each second, all stages</div></section>
<section><h2>Age at the start of the work, ms</h2><svg id="age"></svg>
<div class="key"><span class="a">mean</span> and <span class="b">oldest</span>
of each second</div></section>
<section><h2>Frames per second</h2><svg id="drops"></svg>
<div class="key"><span class="a">worked on</span> and <span class="b">dropped</span>
</div></section>
<section id="heatbox" hidden><h2>Chip temperature, °C</h2><svg id="heat"></svg>
<div class="key"><span class="a">temperature</span>, and
<span class="b">while the board was held back</span></div></section>
<section><h2>Since the run began</h2><div id="table"></div></section></div></main>
<script>{_SCRIPT}</script></body></html>
"""

_HASH: Final = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
# Only this very script runs, and nothing is loaded from anywhere else.
POLICY: Final = (
    f"default-src 'none'; script-src 'sha256-{_HASH}'; style-src 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
