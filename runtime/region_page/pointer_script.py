"""The part of the page's script that follows the mouse, the finger and the keys."""

from __future__ import annotations

from typing import Final

POINTER: Final = """
function place(event) {
  const box = svg.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width,
    (event.clientY - box.top) / box.height];
}
function near(point, event) {
  const [width, height] = size(), [x, y] = place(event);
  return Math.hypot((point[0] - x) * width, (point[1] - y) * height) < 18;
}
svg.addEventListener('pointerdown', event => {
  if (event.button) return;
  usesKeys = false;
  const [x, y] = place(event), data = event.target.dataset;
  if (draft) {
    event.preventDefault();
    const points = draft.points;
    const isEnd = points.length >= least(draft) &&
      near(draft.kind === 'zone' ? points[0] : points[points.length - 1], event);
    if (isEnd) finish(); else add(x, y);
    return;
  }
  if (data.region !== undefined && +data.region !== chosen) choose(+data.region);
  const region = regions[chosen];
  if (!region || data.region === undefined && data.corner === undefined &&
      data.middle === undefined) { choose(-1); show(); return; }
  event.preventDefault();
  const before = JSON.stringify(regions);
  if (data.middle !== undefined) {
    corner = +data.middle + 1;
    region.points.splice(corner, 0, [clamp(x), clamp(y)]);
  } else corner = data.corner !== undefined ? +data.corner : -1;
  drag = {before, x, y, points: copy(region.points), moved: data.middle !== undefined};
  svg.setPointerCapture(event.pointerId);
  show();
});
svg.addEventListener('pointermove', event => {
  if (!drag) return;
  const [x, y] = place(event), region = regions[chosen];
  let [right, down] = [x - drag.x, y - drag.y];
  const [width, height] = size();
  if (!drag.moved && Math.hypot(right * width, down * height) < 4) return;
  drag.moved = true;
  if (corner >= 0) region.points[corner] = [clamp(x), clamp(y)];
  else {
    for (const [px, py] of drag.points) {
      right = Math.min(1 - px, Math.max(-px, right));
      down = Math.min(1 - py, Math.max(-py, down));
    }
    region.points = drag.points.map(
      ([px, py]) => [clamp(px + right), clamp(py + down)]);
  }
  draw();
});
function drop() {
  if (!drag) return;
  if (drag.moved && drag.before !== JSON.stringify(regions)) history.push(drag.before);
  drag = null;
  show();
}
svg.addEventListener('pointerup', drop);
svg.addEventListener('pointercancel', drop);
const STEPS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1],
  ArrowDown: [0, 1]};
svg.addEventListener('keydown', event => {
  const step = STEPS[event.key], far = event.shiftKey ? 0.002 : 0.01;
  const data = event.target.dataset;
  if (step && draft) {
    usesKeys = true;
    cross = [clamp(cross[0] + step[0] * far), clamp(cross[1] + step[1] * far)];
    draw();
  } else if (draft && event.key === ' ') add(...cross);
  else if (draft && event.key === 'Enter') finish();
  else if (data.corner !== undefined && step) {
    keep();
    corner = +data.corner;
    const point = regions[chosen].points[corner];
    regions[chosen].points[corner] =
      [clamp(point[0] + step[0] * far), clamp(point[1] + step[1] * far)];
    show();
  } else if (data.corner !== undefined && ['Delete', 'Backspace'].includes(event.key)) {
    corner = +data.corner;
    removeCorner();
  } else return;
  event.preventDefault();
});
svg.addEventListener('focusin', event => {
  const data = event.target.dataset;
  if (data.corner === undefined || corner === +data.corner || drag) return;
  corner = +data.corner;
  id('less').hidden = false;
});
addEventListener('keydown', event => {
  if (event.key === 'Escape' && draft) { draft = null; say(''); show(); }
  const isText = event.target.tagName === 'INPUT';
  if ((event.ctrlKey || event.metaKey) && event.key === 'z' && !isText) {
    event.preventDefault();
    undo();
  }
  if ((event.ctrlKey || event.metaKey) && event.key === 's') {
    event.preventDefault();
    save();
  }
});
id('zone').addEventListener('click', () => begin('zone'));
id('line').addEventListener('click', () => begin('line'));
id('finish').addEventListener('click', finish);
id('cancel').addEventListener('click', () => { draft = null; say(''); show(); });
id('undo').addEventListener('click', undo);
id('less').addEventListener('click', removeCorner);
id('save').addEventListener('click', save);
addEventListener('resize', draw);
addEventListener('beforeunload', event => { if (isChanged()) event.preventDefault(); });

"""
