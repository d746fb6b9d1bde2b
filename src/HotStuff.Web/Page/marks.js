import { glyphs } from './glyphs.js';
import { kinds } from './kinds.js';

/** From so many pixels for each occurrence on, each gets its mark; below, only what matters does. */
const ROOMY = 7;
const CROWDED = 2.5;
const ROWS = 4;

/**
 * A mark on the canvas.
 * @typedef {object} Mark
 * @property {number} x
 * @property {number} y
 * @property {number} r
 * @property {import('./kinds.js').Occurrence} occurrence
 */

/**
 * Draws what a replica did as marks.
 * @param {import('./lanes.js').Field} field
 * @param {object} lane
 * @param {number} index of the lane, from above
 * @param {number} detail pixels for each occurrence
 * @returns {Mark[]} what was drawn
 */
export function drawMarks(field, lane, index, detail) {
  const least = detail >= ROOMY ? 0 : detail >= CROWDED ? 1 : 2;
  if (least === 2) drawDensity(field, lane, index);
  const r = Math.min(7, field.lane / 11);
  const ends = new Array(ROWS).fill(-Infinity);
  const drawn = [];
  const { items } = lane.occurrences;
  const inks = new Map();
  const leaderOf = leaders(lane);
  for (let i = lane.occurrences.countTo(field.from); i < items.length && items[i].at <= field.to; i++) {
    const occurrence = items[i];
    const kind = kinds[occurrence.kind];
    if (!kind || kind.rank < least) continue;
    const row = field.lane < 56 ? kind.row >> 1 : kind.row;
    const at = field.x(occurrence.at);
    // What happens at once stands side by side.
    const x = at < ends[row] && ends[row] - at < 5 * r ? ends[row] : at;
    if (x < ends[row]) continue;
    ends[row] = x + 2 * r + 1;
    const leader = leaderOf(occurrence);
    if (!inks.has(leader)) inks.set(leader, field.palette.ink(leader));
    const y = field.y(index) + rowCentre(field.lane, row);
    const { g } = field;
    g.save();
    g.translate(x, y);
    g.lineJoin = 'round';
    g.lineCap = 'round';
    glyphs[occurrence.kind]?.(g, r, inks.get(leader));
    g.restore();
    drawn.push({ x, y, r, occurrence });
  }
  return drawn;
}

/**
 * Draws a ring around the mark that is selected.
 * @param {import('./lanes.js').Field} field
 * @param {Mark} mark
 */
export function drawSelection({ g, palette }, mark) {
  g.beginPath();
  g.arc(mark.x, mark.y, mark.r + 5, 0, 2 * Math.PI);
  g.strokeStyle = palette.accent;
  g.lineWidth = 2.5;
  g.stroke();
}

function rowCentre(lane, row) {
  return lane < 56 ? lane * (0.3 + 0.4 * row) : lane * (0.16 + 0.185 * row);
}

/** Who leads the view of an occurrence, as the replica's own entries tell. */
function leaders(lane) {
  const { entries } = lane;
  return (occurrence) => {
    if (occurrence.kind === 'proposed') return occurrence.replica;
    if (occurrence.kind === 'proposalHeard') return occurrence.other;
    return entries.lastTo(occurrence.at)?.leader ?? occurrence.replica;
  };
}

/** Where views pass too fast to be told apart: a bar for each stretch, the higher the more views passed in it. */
function drawDensity(field, lane, index) {
  const { g, palette, x, y, from, to } = field;
  const bottom = y(index) + field.lane - 2;
  const tallest = field.lane * 0.6;
  g.fillStyle = palette.done;
  g.globalAlpha = 0.5;
  for (const frame of lane.frames.between(from, to)) {
    if (frame.views === 0 || frame.span <= 0) continue;
    const start = x(frame.at - frame.span);
    const width = Math.max(1, x(frame.at) - start - 0.5);
    const perSecond = (1000 * frame.views) / frame.span;
    const height = Math.min(tallest, tallest * (Math.log10(1 + perSecond) / 3));
    g.fillRect(start, bottom - height, width, height);
  }
  g.globalAlpha = 1;
}
