"""The script of the web sink's page."""

from __future__ import annotations

from typing import Final

SCRIPT: Final = """
'use strict';
const query = location.search;
const id = name => document.getElementById(name);
const number = (value, digits) =>
  value === null || value === undefined ? '–' : value.toFixed(digits);
const picture = id('picture');
let watching = null, failed = 0, mapped = 0;
id('save').href = 'snapshot.jpg' + query;
id('json').href = 'status.json' + query;
id('counts').href = 'counts.csv' + query;

function node(name, kind, ...inside) {
  const element = document.createElement(name);
  if (kind) element.className = kind;
  element.append(...inside);
  return element;
}
function table(target, head, rows) {
  const element = node('table');
  for (const [index, values] of [head, ...rows].entries())
    element.append(node('tr', '', ...values.map(
      value => node(index ? 'td' : 'th', '', value))));
  target.replaceChildren(element);
}
function ago(seconds) {
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole} s`;
  if (whole < 7200) return `${Math.round(whole / 60)} min`;
  return whole < 172800 ? `${Math.round(whole / 3600)} h`
    : `${Math.round(whole / 86400)} days`;
}

const NS = 'http://www.w3.org/2000/svg';
function shape(svg, name, attributes, text) {
  const element = document.createElementNS(NS, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  if (text !== undefined) element.textContent = text;
  svg.appendChild(element);
}
function ceiling(highest) {
  const step = 10 ** Math.floor(Math.log10(highest));
  return [1, 2, 2.5, 5, 10].map(part => part * step).find(top => top >= highest);
}
function chart(svg, seconds, series) {
  const width = svg.clientWidth || 300, height = svg.clientHeight || 96;
  const left = 36, top = 8, bottom = height - 18;
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.replaceChildren();
  const values = series.flatMap(item => item.values).filter(value => value !== null);
  const most = ceiling(Math.max(1, ...values));
  const steps = series[0].values.length;
  const across = index => left + (index + 0.5) / steps * (width - left - 2);
  const down = value => bottom - value / most * (bottom - top);
  for (const part of [0, 0.5, 1]) {
    const y = down(most * part);
    shape(svg, 'line', {x1: left, x2: width, y1: y, y2: y});
    shape(svg, 'text', {x: left - 6, y: y + 4, 'text-anchor': 'end'},
      String(+(most * part).toPrecision(3)));
  }
  shape(svg, 'text', {x: left, y: height - 3}, `${ago(seconds)} ago`);
  shape(svg, 'text', {x: width, y: height - 3, 'text-anchor': 'end'}, 'now');
  for (const item of series) {
    let runs = [], run = [];
    item.values.forEach((value, index) => {
      if (value === null) { if (run.length) runs.push(run); run = []; return; }
      run.push([across(index), down(value)]);
    });
    if (run.length) runs.push(run);
    for (const points of runs) {
      const line = points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L');
      if (item.filled)
        shape(svg, 'path', {class: 'fill', fill: `var(--${item.color})`, d:
          `M${points[0][0].toFixed(1)} ${bottom}L${line}` +
          `L${points[points.length - 1][0].toFixed(1)} ${bottom}Z`});
      shape(svg, 'path', {class: 'line', stroke: `var(--${item.color})`,
        d: `M${line}h.01`});
    }
  }
}

const FAULTS = ['covered', 'dark', 'blurred', 'moved', 'frozen'];
function state(text, kind) {
  id('state').textContent = text;
  id('state').className = kind;
  id('frame').className = kind;
  id('veil').textContent = kind === 'good' || kind === 'warn' ? '' : text;
}

// A label keeps its place as long as the page is open; one that is not in this picture
// is dim. When all places are taken, the one that was empty for longest is used again.
const PLACES = 12;
const places = new Map();
function place(label) {
  let pill = places.get(label);
  if (pill) return pill;
  if (places.size < PLACES) {
    pill = node('span', 'pill', node('span'), node('b'), node('i'));
    id('pills').append(pill);
  } else {
    const [oldest, old] = [...places].filter(([, other]) => !other.busy)
      .sort(([, first], [, second]) => first.last - second.last)[0] || [];
    if (!old) return null;
    places.delete(oldest);
    pill = old;
  }
  pill.firstChild.textContent = pill.title = label;
  places.set(label, pill);
  return pill;
}
function percent(share) {
  return share > 0 && share < 0.005 ? '<1 %' : `${Math.round(share * 100)} %`;
}
function contents(picture_contents) {
  const groups = picture_contents.groups;
  id('words').textContent = groups === null ? picture_contents.words : '';
  for (const pill of places.values()) pill.busy = false;
  const shown = (groups || []).filter(
    group => group.score === null || group.score >= 0.01).slice(0, PLACES);
  for (const group of shown) if (places.has(group.label))
    places.get(group.label).busy = true;
  for (const group of shown) {
    const pill = place(group.label);
    if (!pill) continue;
    pill.busy = true;
    pill.last = Date.now();
    pill.children[1].textContent = group.count === null ? '' : group.count;
    pill.children[2].textContent = group.text !== undefined ? group.text
      : group.score !== null ? percent(group.score)
      : group.area !== null ? percent(group.area) : '';
  }
  for (const pill of places.values()) {
    pill.className = pill.busy ? 'pill' : 'pill gone';
    if (pill.busy) continue;
    if (pill.children[1].textContent) pill.children[1].textContent = '0';
    pill.children[2].textContent = '';
  }
}
function events(list) {
  id('eventbox').hidden = !list.length;
  id('events').replaceChildren(...list.map(one => {
    const when = new Date(one.time), today = new Date().toDateString();
    const day = when.toDateString() === today ? '' : `${when.toLocaleDateString()} `;
    return node('li', one.phase === 'end' ? '' : 'goes-on',
      node('time', '', day + when.toLocaleTimeString()),
      node('b', '', [one.camera, one.rule].filter(Boolean).join(': ')),
      node('span', '', one.sentence));
  }));
}
function tile(name, value, kind) {
  return node('div', kind || '', node('b', '', value), node('span', '', name));
}
function show(status) {
  const waits = status.since_last_s;
  const old = waits === null || waits > Math.max(3, 4 / (status.fps || 1));
  const whole = status.source || 'EdgeVision';
  const name = whole.includes('://') ? whole : whole.split('/').slice(-2).join('/');
  id('model').textContent = id('model').title = status.model;
  id('source').textContent = name;
  id('source').title = whole;
  document.title = (old ? '! ' : '') + [status.model, name].filter(Boolean).join(' - ');
  if (waits === null) state('waiting for the first picture', 'idle');
  else if (old) state(`no picture for ${ago(waits)}`, 'bad');
  else if (FAULTS.includes(status.camera_state))
    state(`camera ${status.camera_state}`, 'warn');
  else state('live', 'good');
  id('up').textContent = `up ${ago(status.uptime_s)}`;
  const health = status.health || {};
  const tiles = [
    tile('frames / s', number(status.fps, 1)),
    tile('model, ms', number(old ? null : status.latency_ms, 1)),
    tile('age, ms since capture', number(old ? null : status.age_ms, 0)),
    tile('frames', status.frames.toLocaleString('en')),
    tile('dropped', status.dropped.toLocaleString('en')),
    status.reconnects
      ? tile(`reconnects, ${ago(status.gap_s)} lost`, String(status.reconnects), 'warn')
      : tile('reconnects', '0'),
  ];
  if (status.damaged)
    tiles.push(tile('damaged', status.damaged.toLocaleString('en'), 'warn'));
  if (status.redaction_failed)
    tiles.push(tile('not redacted, black',
      status.redaction_failed.toLocaleString('en'), 'warn'));
  if (health.temperature_c !== null && health.temperature_c !== undefined)
    tiles.push(tile('chip', `${health.temperature_c.toFixed(0)} °C`));
  if ((health.limits || []).length)
    tiles.push(tile('slowed down by', health.limits.join(', '), 'warn'));
  const seen = (health.limits_seen || []).filter(word => !health.limits.includes(word));
  if (seen.length) tiles.push(tile('since the board started', seen.join(', ')));
  id('numbers').replaceChildren(...tiles);
  const past = status.history;
  chart(id('latency'), past.seconds, [
    {color: 'a', values: past.latency_mean, filled: true},
    {color: 'b', values: past.latency_max}]);
  chart(id('age'), past.seconds, [
    {color: 'a', values: past.age_mean, filled: true},
    {color: 'b', values: past.age_max}]);
  chart(id('drops'), past.seconds, [
    {color: 'a', values: past.frames, filled: true},
    {color: 'b', values: past.dropped}]);
  const heat = (health.temperature || []).some(value => value !== null);
  id('heatbox').hidden = !heat;
  if (heat) chart(id('heat'), health.seconds, [
    {color: 'a', values: health.temperature, filled: true},
    {color: 'b', values: health.limited}]);
  events(status.events);
  id('mapbox').hidden = !status.has_heat_map;
  if (status.has_heat_map && !document.hidden && Date.now() - mapped > 15000) {
    mapped = Date.now();
    id('map').src = `heat-map.jpg${query}${query ? '&' : '?'}at=${mapped}`;
  }
  const rows = ['motion', 'model', 'prepare', 'invoke', 'decode', 'refine', 'capture',
    'emit', 'age'], known = [...rows, 'total'];  // others are track, rules ...
  rows.splice(7, 0, ...Object.keys(status.stages).filter(row => !known.includes(row)));
  if (!status.frames) id('table').textContent = 'Nothing yet.';
  else table(id('table'), ['ms', 'mean', 'p50', 'p90', 'p99', 'max'],
    rows.filter(stage => status.stages[stage]).map(stage => [stage,
        ...['mean_ms', 'p50_ms', 'p90_ms', 'p99_ms', 'max_ms']
          .map(key => number(status.stages[stage][key], 1))]));
}

// The stream is read here and not by an <img>: each picture comes with its contents,
// and both are shown in the same moment.
async function show_picture(jpeg, head) {
  const bitmap = await createImageBitmap(new Blob([jpeg], {type: 'image/jpeg'}));
  if (picture.width !== bitmap.width || picture.height !== bitmap.height) {
    picture.width = bitmap.width;
    picture.height = bitmap.height;
  }
  picture.getContext('2d').drawImage(bitmap, 0, 0);
  bitmap.close();
  const line = /x-edgevision: *(.*)/i.exec(head);
  if (line) contents(JSON.parse(line[1]));
}
function end_of_head(data) {
  for (let at = 0; at + 3 < data.length; at++)
    if (data[at] === 13 && data[at + 1] === 10 && data[at + 2] === 13 &&
        data[at + 3] === 10) return at + 4;
  return -1;
}
async function watch() {
  watching = new AbortController();
  try {
    const answer = await fetch('stream.mjpg' + query, {signal: watching.signal});
    if (!answer.ok) throw new Error(await answer.text());
    const reader = answer.body.getReader();
    let data = new Uint8Array(0);
    for (;;) {
      const {done, value} = await reader.read();
      if (done) break;
      const joined = new Uint8Array(data.length + value.length);
      joined.set(data);
      joined.set(value, data.length);
      data = joined;
      for (;;) {
        const start = end_of_head(data);
        if (start < 0) break;
        const head = new TextDecoder().decode(data.subarray(0, start));
        const length = Number((/content-length: *([0-9]+)/i.exec(head) || [])[1]);
        if (!(length >= 0) || data.length < start + length) break;
        const jpeg = data.slice(start, start + length);
        data = data.slice(start + length);
        await show_picture(jpeg, head);
      }
    }
  } catch (error) {
    id('words').textContent = error.name === 'AbortError' ? '' : error.message;
  }
  watching = null;
}
async function poll() {
  let wait = 1000;
  try {
    const answer = await fetch('status.json' + query,
      {signal: AbortSignal.timeout(5000)});
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
    failed = 0;
    if (!watching && !document.hidden) watch();
  } catch (error) {
    failed += 1;
    wait = Math.min(10000, 1000 * failed);
    state('the run has ended, or cannot be reached', 'bad');
    document.title = '! EdgeVision';
    if (watching) watching.abort();
  }
  setTimeout(poll, document.hidden ? Math.max(wait, 5000) : wait);
}
document.addEventListener('visibilitychange', () => {
  if (document.hidden) { if (watching) watching.abort(); }
  else if (!watching && !failed) watch();
});
poll();
"""
