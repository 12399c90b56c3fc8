"""The script of the page on which regions are drawn."""

from __future__ import annotations

from typing import Final

from .draw_script import DRAW
from .pointer_script import POINTER

_STATE: Final = """
'use strict';
const query = location.search;
const id = name => document.getElementById(name);
const NS = 'http://www.w3.org/2000/svg';
const svg = id('draw'), picture = id('picture');
const COLORS = ['#ffb000', '#56b4e9', '#e377c2', '#2fc27b', '#ff7f50', '#b39ddb'];
let regions = [], labels = [], chosen = -1, corner = -1, draft = null;
let version = null;
let history = [], saved = '[]', cross = [0.5, 0.5], drag = null, usesKeys = false;

const clamp = value => Math.min(1, Math.max(0, Math.round(value * 1e4) / 1e4));
const copy = value => JSON.parse(JSON.stringify(value));
const least = region => region.kind === 'zone' ? 3 : 2;
function say(text, kind) {
  id('said').textContent = text;
  id('said').className = kind || '';
}
function keep() {
  history.push(JSON.stringify(regions));
  if (history.length > 200) history.shift();
}
function undo() {
  if (draft) {
    draft.points.pop();
    if (!draft.points.length) draft = null;
  } else if (history.length) {
    regions = JSON.parse(history.pop());
    chosen = Math.min(chosen, regions.length - 1);
    corner = -1;
  }
  show();
}
function isChanged() { return JSON.stringify(regions) !== saved; }
function freeName(kind) {
  for (let number = 1; ; number++) {
    const name = `${kind}-${number}`;
    if (!regions.some(region => region.name === name)) return name;
  }
}
function begin(kind) {
  draft = {kind, points: []};
  chosen = corner = -1;
  say(kind === 'zone'
    ? 'Set the corners of the zone, then finish: tap the first corner, or press Enter.'
    : 'Set the points of the line, then finish: tap the last point again, or Enter.');
  svg.focus({preventScroll: true});
  show();
}
function add(x, y) {
  if (!draft) return;
  const last = draft.points[draft.points.length - 1];
  if (last && last[0] === clamp(x) && last[1] === clamp(y)) return;
  draft.points.push([clamp(x), clamp(y)]);
  show();
}
function finish() {
  if (!draft) return;
  if (draft.points.length < least(draft)) {
    say(`A ${draft.kind} needs at least ${least(draft)} points.`, 'bad');
    return;
  }
  keep();
  regions.push({name: freeName(draft.kind), was: '', kind: draft.kind,
    points: draft.points, labels: []});
  chosen = regions.length - 1;
  draft = null;
  say('Give it a name below, and save.');
  show();
  const name = id('list').children[chosen].querySelector('input');
  name.focus({preventScroll: true});
  name.select();
}
function removeCorner() {
  const region = regions[chosen];
  if (!region || corner < 0) return;
  if (region.points.length <= least(region)) {
    say(`A ${region.kind} needs at least ${least(region)} points: ` +
      'delete the whole one instead.', 'bad');
    return;
  }
  keep();
  region.points.splice(corner, 1);
  corner = -1;
  show();
}
function removeRegion(index) {
  keep();
  regions.splice(index, 1);
  chosen = corner = -1;
  say('Deleted. Undo brings it back.');
  show();
}

function node(name, attributes, ...inside) {
  const element = document.createElement(name);
  for (const key in attributes) element[key] = attributes[key];
  element.append(...inside);
  return element;
}
function listItem(region, index) {
  const item = node('li', {className: index === chosen ? 'chosen' : ''});
  const dot = node('i');
  dot.style.background = COLORS[index % COLORS.length];
  const name = node('input', {value: region.name, ariaLabel: 'Name', maxLength: 60,
    autocomplete: 'off', spellcheck: false});
  name.addEventListener('focus', () => choose(index));
  name.addEventListener('change', () => {
    keep();
    region.name = name.value.trim();
    show();
  });
  const remove = node('button', {type: 'button', title: `Delete ${region.name}`,
    ariaLabel: `Delete ${region.name}`}, '\\u00d7');
  remove.addEventListener('click', () => removeRegion(index));
  const head = node('div', {className: 'head'}, dot, name,
    node('span', {}, region.kind), remove);
  if (region.kind === 'line') {
    const swap = node('button', {type: 'button', title: 'Exchange in and out'},
      '\\u21c4 in');
    swap.addEventListener('click', () => {
      keep();
      region.points.reverse();
      choose(index);
      show();
    });
    head.insertBefore(swap, remove);
  }
  item.append(head);
  item.append(labelChoice(region));
  head.addEventListener('click', event => {
    if (event.target.tagName !== 'BUTTON') choose(index);
  });
  return item;
}
function labelChoice(region) {
  const known = [...new Set([...labels, ...region.labels])];
  if (known.length && known.length <= 24) {
    const box = node('div', {className: 'labels'});
    for (const label of known) {
      const tick = node('input', {type: 'checkbox',
        checked: region.labels.includes(label)});
      tick.addEventListener('change', () => {
        keep();
        region.labels = known.filter(each => each === label ? tick.checked
          : region.labels.includes(each));
        show();
      });
      box.append(node('label', {}, tick, label));
    }
    box.append(node('small', {}, region.labels.length ? '' : 'none chosen: all count'));
    return box;
  }
  const text = node('input', {value: region.labels.join(', '),
    placeholder: 'labels, with commas; empty: all', ariaLabel: 'Labels'});
  if (known.length) text.setAttribute('list', 'known');
  text.addEventListener('change', () => {
    keep();
    region.labels = text.value.split(',').map(each => each.trim()).filter(Boolean);
    show();
  });
  return node('div', {className: 'labels'}, text);
}
function choose(index) {
  if (chosen === index) return;
  chosen = index;
  corner = -1;
  [...id('list').children].forEach((item, at) =>
    item.classList.toggle('chosen', at === chosen));
  draw();
}
function show() {
  draw();
  id('list').replaceChildren(...regions.map(listItem));
  id('empty').hidden = regions.length > 0 || draft !== null;
  id('undo').disabled = !draft && !history.length;
  id('finish').hidden = id('cancel').hidden = !draft;
  id('finish').disabled = !draft || draft.points.length < least(draft);
  id('less').hidden = corner < 0;
  id('save').disabled = !isChanged() || draft !== null;
  id('zone').classList.toggle('on', draft !== null && draft.kind === 'zone');
  id('line').classList.toggle('on', draft !== null && draft.kind === 'line');
}

"""

_FILE: Final = """
async function answer(path, options) {
  const reply = await fetch(path + query, options);
  const text = await reply.text();
  if (!reply.ok) throw new Error(text.trim());
  return JSON.parse(text);
}
function take(data) {
  regions = data.regions.map(each => ({...each, was: each.name}));
  saved = JSON.stringify(regions);
  version = data.version;
}
async function save() {
  if (document.activeElement && document.activeElement.blur)
    document.activeElement.blur();
  if (!isChanged() || draft) return;
  id('save').disabled = true;
  try {
    const data = await answer('regions.json', {method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({regions, version})});
    take(data);
    history = [];
    say([`Saved in ${data.file}.`, ...data.notes].join(' '), 'good');
  } catch (error) {
    say(error.message, 'bad');
  }
  show();
}
async function load() {
  try {
    const data = await answer('regions.json');
    labels = data.labels;
    id('known').replaceChildren(...labels.map(label => node('option', {value: label})));
    id('file').textContent = data.camera ? `${data.camera} in ${data.file}` : data.file;
    take(data);
    show();
  } catch (error) {
    say(error.message, 'bad');
  }
}
// One picture after the other: a slow network gets fewer, never old ones.
async function look() {
  let wait = 150;
  try {
    const reply = await fetch('picture.jpg' + query, {cache: 'no-store'});
    if (!reply.ok) throw new Error((await reply.text()).trim());
    const url = URL.createObjectURL(await reply.blob());
    await new Promise((done, fail) => {
      picture.onload = done;
      picture.onerror = fail;
      picture.src = url;
    });
    URL.revokeObjectURL(url);
    id('veil').textContent = '';
    draw();
  } catch (error) {
    id('veil').textContent = error instanceof TypeError
      ? 'the program has ended, or cannot be reached' : error.message || '';
    wait = 1000;
  }
  setTimeout(look, document.hidden ? 2000 : wait);
}
load();
look();
"""

SCRIPT: Final = _STATE + DRAW + POINTER + _FILE
