import { nameOf } from './words.js';

const LABEL = 58;
const NUMBER = 22;

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
    const { leader, view } = items[i];
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
    if (change.to < from || change.from > to) continue;
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
 */
export function drawOutages(field, lane, index) {
  const { g, palette, left, right, x, y, from, to } = field;
  for (const outage of lane.outages) {
    if (outage.to < from || outage.from > to) continue;
    const start = Math.max(left, x(outage.from));
    const end = Math.min(right, x(outage.to));
    const top = y(index) + 1;
    const height = field.lane - 1;
    g.fillStyle = palette.paper;
    g.fillRect(start, top, end - start, height);
    g.fillStyle = palette.outage;
    g.globalAlpha = 0.22;
    g.fillRect(start, top, end - start, height);
    g.fillStyle = hatch(g, palette.outage);
    g.globalAlpha = 0.5;
    g.fillRect(start, top, end - start, height);
    g.globalAlpha = 1;
    g.font = '700 13px system-ui, sans-serif';
    const text = `${lane.name} ${outage.kind === 'silent' ? 'is silent' : outage.kind === 'paused' ? 'is paused' : 'is down'}`;
    const width = g.measureText(text).width;
    if (end - start < width + 12) continue;
    const middle = (start + end) / 2;
    g.fillStyle = palette.paper;
    g.beginPath();
    g.roundRect(middle - width / 2 - 7, top + height / 2 - 11, width + 14, 22, 6);
    g.fill();
    g.fillStyle = palette.text;
    g.textAlign = 'center';
    g.textBaseline = 'middle';
    g.fillText(text, middle, top + height / 2);
  }
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
