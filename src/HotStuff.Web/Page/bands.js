import { nameOf } from './words.js';

const LABEL = 58;
const NUMBER = 22;

const SAYS = { crashed: 'is down', silent: 'is silent', paused: 'is paused' };

/**
 * Draws the views of a replica: a band for each, in the colour of its leader, full where the replica leads itself.
 * @param {import('./lanes.js').Field} field
 * @param {object} lane
 * @param {number} index of the lane, from above
 */
export function drawBands(field, lane, index) {
  const { g, palette, left, right, x, y, from, to } = field;
  const { items } = lane.entries;
  const top = y(index) + 1;
  const height = field.lane - 1;
  let free = left;
  for (let i = Math.max(0, lane.entries.countTo(from) - 1); i < items.length && items[i].at <= to; i++) {
    const end = i + 1 < items.length ? Math.min(x(items[i + 1].at), right) : right;
    // Several views share a pixel: one of them stands for all.
    if (end < free + 0.75) continue;
    const start = Math.max(free, x(items[i].at));
    const { leader, view, kind, views } = items[i];
    if (kind === 'many') {
      drawMany(field, start, end, top, views);
      free = end;
      continue;
    }

    const own = leader === lane.id;
    g.fillStyle = palette.leader(leader);
    g.globalAlpha = own ? 0.5 : 0.13;
    g.fillRect(start, top, end - start, height);
    g.globalAlpha = 1;
    if (own) g.fillRect(start, top, end - start, 4);
    if (end - start > NUMBER) {
      g.fillRect(start, top, 1, height);
      drawLabel(field, start, end, top, view, leader, own);
    }
    free = end;
  }
}

/**
 * Draws the views that brought nothing: across all lanes, from their beginning until the next view.
 * @param {import('./lanes.js').Field} field
 * @param {import('./timeline.js').Timeline<import('./narration.js').Change>} changes
 */
export function drawChanges(field, changes) {
  const { g, palette, history, left, right, x, y, from, to } = field;
  let free = -Infinity;
  for (const change of changes.items) {
    // A view is known to have failed from its first timeout on.
    if (change.to < from || change.at > to) continue;
    const start = Math.max(left, x(change.from));
    const end = Math.min(right, x(change.to));
    if (end - start < 1) continue;
    const bottom = y(history.lanes.length);
    g.fillStyle = hatch(g, palette.trouble);
    g.globalAlpha = 0.34;
    g.fillRect(start, y(0), end - start, bottom - y(0));
    g.globalAlpha = 1;
    g.fillStyle = palette.trouble;
    g.fillRect(start, y(0) - 4, end - start, 4);
    g.font = '700 11px system-ui, sans-serif';
    g.textBaseline = 'middle';
    g.textAlign = 'left';
    const text = change.to <= to ? `view change: ${change.view} to ${change.next}` : `view ${change.view} brings no certificate`;
    const width = g.measureText(text).width;
    const at = Math.max(left + 2, Math.min(start, right - width - 4));
    if (at < free) continue;
    g.fillText(text, at, y(0) - 12);
    free = at + width + 12;
  }
}

/**
 * Draws when a replica was not there: crashed, silent or paused.
 * @param {import('./lanes.js').Field} field
 * @param {object} lane
 * @param {number} index
 * @param {import('./history.js').Outage} outage
 */
export function drawOutage(field, lane, index, outage) {
  const { g, palette } = field;
  const { left, top, width, height } = boxOf(field, index, outage);
  for (const [style, alpha] of [[palette.paper, 1], [palette.outage, 0.22], [hatch(g, palette.outage), 0.5]]) {
    g.fillStyle = style;
    g.globalAlpha = alpha;
    g.fillRect(left, top, width, height);
  }
  g.globalAlpha = 1;
}

/**
 * Says in an outage what it is, above all else that is drawn.
 * @param {import('./lanes.js').Field} field
 * @param {object} lane
 * @param {number} index
 * @param {import('./history.js').Outage} outage
 */
export function nameOutage(field, lane, index, outage) {
  const { g, palette } = field;
  const box = boxOf(field, index, outage);
  g.font = '700 13px system-ui, sans-serif';
  const text = `${lane.name} ${SAYS[outage.kind]}`;
  const width = g.measureText(text).width;
  if (box.width < width + 12) return;
  const x = box.left + box.width / 2;
  const y = box.top + box.height / 2;
  g.fillStyle = palette.paper;
  g.beginPath();
  g.roundRect(x - width / 2 - 7, y - 11, width + 14, 22, 6);
  g.fill();
  g.fillStyle = palette.text;
  g.textAlign = 'center';
  g.textBaseline = 'middle';
  g.fillText(text, x, y);
}

function boxOf({ x, y, left, right, lane }, index, outage) {
  const start = Math.max(left, x(outage.from));
  return { left: start, width: Math.min(right, x(outage.to)) - start, top: y(index) + 1, height: lane - 1 };
}

/** Views of which nothing but their number is known. */
function drawMany({ g, palette, lane }, start, end, top, views) {
  g.fillStyle = palette.line;
  g.globalAlpha = 0.6;
  g.fillRect(start, top, end - start, lane - 1);
  g.globalAlpha = 1;
  const text = `${views} views`;
  g.font = '10px system-ui, sans-serif';
  if (g.measureText(text).width > end - start - 6) return;
  g.fillStyle = palette.quiet;
  g.textAlign = 'center';
  g.textBaseline = 'middle';
  g.fillText(text, (start + end) / 2, top + lane / 2);
}

function drawLabel({ g, palette, lane }, start, end, top, view, leader, own) {
  const room = end - start;
  const text = room > LABEL && own ? `${view} · leads` : room > LABEL ? `${view} · ${nameOf(leader)}` : String(view);
  g.font = own ? '700 10px system-ui, sans-serif' : '10px system-ui, sans-serif';
  if (lane < 40 || g.measureText(text).width > room - 6) return;
  g.fillStyle = palette.text;
  g.textAlign = 'left';
  g.textBaseline = 'bottom';
  g.fillText(text, start + 4, top + lane - 4);
}

const hatches = new Map();

/** A pattern of slanted lines, made once for each colour. */
function hatch(g, colour) {
  let pattern = hatches.get(colour);
  if (!pattern) {
    const tile = new OffscreenCanvas(8, 8);
    const t = tile.getContext('2d');
    t.strokeStyle = colour;
    t.lineWidth = 1.6;
    for (const shift of [-8, 0, 8]) {
      t.beginPath();
      t.moveTo(shift, 8);
      t.lineTo(shift + 8, 0);
      t.stroke();
    }
    pattern = g.createPattern(tile, 'repeat');
    hatches.set(colour, pattern);
  }
  return pattern;
}
