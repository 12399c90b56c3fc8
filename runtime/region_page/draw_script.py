"""The part of the page's script that draws regions on the picture."""

from __future__ import annotations

from typing import Final

DRAW: Final = """
function size() { return [svg.clientWidth || 1, svg.clientHeight || 1]; }
function shape(name, attributes, text) {
  const element = document.createElementNS(NS, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  if (text !== undefined) element.textContent = text;
  svg.append(element);
  return element;
}
function pixels(points) {
  const [width, height] = size();
  return points.map(([x, y]) => [x * width, y * height]);
}
const path = points =>
  points.map(point => point.map(value => value.toFixed(1)).join(',')).join(' ');
// In the middle of the longest piece, to the right of who looks along the line.
function arrow(points, color) {
  let best = 0, at = 0;
  const between = index => Math.hypot(points[index + 1][0] - points[index][0],
    points[index + 1][1] - points[index][1]);
  for (let index = 0; index + 1 < points.length; index++)
    if (between(index) > best) { best = between(index); at = index; }
  if (!best) return;
  const [[x1, y1], [x2, y2]] = [points[at], points[at + 1]];
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  const [ahead, aside] = [(x2 - x1) / best, (y2 - y1) / best];
  const [right, down] = [-aside, ahead];
  const tip = [x + 34 * right, y + 34 * down];
  const wing = side => [tip[0] - 11 * right + side * 8 * ahead,
    tip[1] - 11 * down + side * 8 * aside];
  shape('polyline', {points: path([[x, y], tip]), stroke: color, class: 'edge'});
  shape('polygon', {points: path([tip, wing(1), wing(-1)]), fill: color});
  shape('text', {x: x + 50 * right, y: y + 50 * down + 5, class: 'in'}, 'in');
}
function draw() {
  const focused = document.activeElement && document.activeElement.dataset
    ? document.activeElement.dataset.corner : undefined;
  const [width, height] = size();
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.replaceChildren();
  regions.forEach((region, index) => {
    const points = pixels(region.points), color = COLORS[index % COLORS.length];
    const isChosen = index === chosen;
    const area = shape(region.kind === 'zone' ? 'polygon' : 'polyline', {
      points: path(points), stroke: color, class: isChosen ? 'edge chosen' : 'edge',
      fill: region.kind === 'zone' ? color : 'none',
      'fill-opacity': isChosen ? 0.3 : 0.16});
    area.dataset.region = index;
    if (region.kind === 'line') {
      const touch = shape('polyline', {points: path(points), class: 'touch'});
      touch.dataset.region = index;
      arrow(points, color);
    }
    const top = points.reduce((a, b) => b[1] < a[1] ? b : a);
    const anchor = top[0] > width * 0.7 ? 'end' : 'start';
    shape('text', {x: top[0], y: Math.max(16, top[1] - 12), class: 'name',
      'text-anchor': anchor}, region.name);
    if (!isChosen || draft) return;
    const count = points.length;
    for (let at = 0; at < count - (region.kind === 'line'); at++) {
      const next = points[(at + 1) % count];
      const middle = [(points[at][0] + next[0]) / 2, (points[at][1] + next[1]) / 2];
      shape('circle', {cx: middle[0], cy: middle[1], r: 5, class: 'middle'});
      const touch = shape('circle', {cx: middle[0], cy: middle[1], r: 15,
        class: 'touch'});
      touch.dataset.middle = at;
    }
    points.forEach(([x, y], at) => {
      shape('circle', {cx: x, cy: y, r: 8, class: at === corner ? 'dot on' : 'dot',
        fill: color});
      const touch = shape('circle', {cx: x, cy: y, r: 20, class: 'touch corner',
        tabindex: 0, role: 'button',
        'aria-label': `Point ${at + 1} of ${count} of ${region.name}: ` +
          'arrow keys move it, Delete removes it'});
      touch.dataset.corner = at;
      if (String(at) === focused) touch.focus({preventScroll: true});
    });
  });
  if (draft) {
    const points = pixels(draft.points);
    shape('polyline', {points: path(points), class: 'edge draft'});
    points.forEach(([x, y], at) => shape('circle', {cx: x, cy: y,
      r: at === 0 || at === points.length - 1 ? 9 : 6, class: 'dot draft'}));
    if (draft.kind === 'line' && points.length > 1) arrow(points, '#fff');
    if (usesKeys) {
      const [x, y] = pixels([cross])[0];
      shape('path', {d: `M${x - 14} ${y}h28M${x} ${y - 14}v28`, class: 'cross'});
    }
  }
}
"""
