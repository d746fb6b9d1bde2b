import { drawArrows } from './arrows.js';
import { drawBands, drawChanges, drawOutage, nameOutage } from './bands.js';
import { drawMarks, drawSelection } from './marks.js';
import { duration } from './words.js';

const STRIP = 40;
const AXIS = 22;
const TALLEST = 92;
const LEAST = 26;
const ROOM = 560;
const REACH = 11;

/**
 * How time and replicas lie on the canvas.
 * @typedef {object} Field
 * @property {CanvasRenderingContext2D} g
 * @property {import('./palette.js').Palette} palette
 * @property {import('./history.js').History} history
 * @property {number} left where the lanes begin, right of their names
 * @property {number} right where now is
 * @property {number} width of the canvas
 * @property {number} height of the canvas
 * @property {number} from the earliest time that is seen
 * @property {number} to the latest: the head
 * @property {(at: number) => number} x of a time
 * @property {(lane: number) => number} y the upper end of a lane
 * @property {number} lane the height of a lane
 */

/** Draws what the replicas did as lanes in time, the newest at the right. */
export class Lanes {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import('./history.js').History} history
   * @param {import('./player.js').Player} player
   * @param {import('./narration.js').Narration} narration
   * @param {import('./palette.js').Palette} palette
   */
  constructor(canvas, history, player, narration, palette) {
    this.canvas = canvas;
    this.history = history;
    this.player = player;
    this.narration = narration;
    this.palette = palette;
    this.drawn = [];
    this.lane = Math.min(TALLEST, Math.max(LEAST, Math.floor(ROOM / history.lanes.length)));
    canvas.style.height = `${STRIP + this.lane * history.lanes.length + AXIS}px`;
    this.width = 0;
    new ResizeObserver(() => this.#resize()).observe(canvas);
    this.#resize();
  }

  draw() {
    if (this.width === 0) return;
    const field = this.#field();
    const { g } = field;
    g.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    g.clearRect(0, 0, this.width, field.height);
    g.save();
    g.beginPath();
    g.rect(field.left, 0, field.right - field.left + 1, field.height);
    g.clip();
    this.#drawGround(field);
    this.history.lanes.forEach((lane, index) => drawBands(field, lane, index));
    drawChanges(field, this.narration.changes);
    this.#eachOutage(field, drawOutage);
    const detail = this.#detail(field);
    drawArrows(field, this.history.messages, detail);
    this.drawn = this.history.lanes.flatMap((lane, index) => drawMarks(field, lane, index, detail));
    this.#eachOutage(field, nameOutage);
    this.#drawNotes(field);
    g.restore();
    this.selection = this.drawn.find((mark) => mark.occurrence === this.player.selected) ?? null;
    if (this.selection) drawSelection(field, this.selection);
    this.#drawAxis(field);
    this.#drawNames(field);
  }

  /**
   * The mark at a point of the canvas, if there is one.
   * @param {number} x
   * @param {number} y
   */
  markAt(x, y) {
    let best = null;
    let least = REACH;
    for (const mark of this.drawn) {
      const distance = Math.hypot(mark.x - x, mark.y - y);
      if (distance < least) [best, least] = [mark, distance];
    }
    return best;
  }

  #resize() {
    const { width, height } = this.canvas.getBoundingClientRect();
    this.ratio = Math.min(3, window.devicePixelRatio || 1);
    this.width = Math.floor(width);
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(height * this.ratio);
    this.resized = true;
  }

  /** @returns {Field} */
  #field() {
    const { head, span } = this.player;
    const left = this.width < 560 ? 34 : 86;
    const right = this.width - (this.width < 560 ? 10 : 26);
    const from = head - span;
    const scale = (right - left) / span;
    return {
      g: this.canvas.getContext('2d'),
      palette: this.palette,
      history: this.history,
      left,
      right,
      width: this.width,
      height: STRIP + this.lane * this.history.lanes.length + AXIS,
      from,
      to: head,
      x: (at) => left + (at - from) * scale,
      y: (lane) => STRIP + lane * this.lane,
      lane: this.lane,
    };
  }

  /** How many pixels there are for each occurrence of the busiest lane: decides what can be told apart. */
  #detail(field) {
    const most = Math.max(1, ...this.history.lanes.map(({ occurrences }) => occurrences.countTo(field.to) - occurrences.countTo(field.from)));
    return (field.right - field.left) / most;
  }

  #eachOutage(field, draw) {
    this.history.lanes.forEach((lane, index) => {
      for (const outage of lane.outages) if (outage.to >= field.from && outage.from <= field.to) draw(field, lane, index, outage);
    });
  }

  #drawGround({ g, palette, left, right, y, lane, history }) {
    g.fillStyle = palette.paper;
    g.strokeStyle = palette.line;
    g.lineWidth = 1;
    for (let i = 0; i <= history.lanes.length; i++) {
      g.beginPath();
      g.moveTo(left, y(i) + 0.5);
      g.lineTo(right, y(i) + 0.5);
      g.stroke();
    }
    g.fillRect(left, y(0) + lane * history.lanes.length + 1, right - left, AXIS);
  }

  #drawNotes({ g, palette, history, from, to, x, y }) {
    let free = -Infinity;
    g.font = '600 11px system-ui, sans-serif';
    g.textAlign = 'left';
    g.textBaseline = 'middle';
    for (const note of history.notes.between(from, to)) {
      if (note.kind !== 'fault' && note.kind !== 'gst' && note.kind !== 'violation') continue;
      const at = x(note.at);
      g.strokeStyle = note.kind === 'violation' ? palette.alarm : palette.quiet;
      g.setLineDash([2, 3]);
      g.beginPath();
      g.moveTo(at, 0);
      g.lineTo(at, y(history.lanes.length));
      g.stroke();
      g.setLineDash([]);
      if (at < free) continue;
      g.fillStyle = g.strokeStyle;
      g.fillText(note.text.length > 60 ? `${note.text.slice(0, 58)}…` : note.text, at + 4, 8);
      free = at + 12 + g.measureText(note.text.slice(0, 60)).width;
    }
  }

  #drawAxis({ g, palette, left, right, from, to, x, y, history }) {
    const step = niceStep((to - from) / Math.max(2, (right - left) / 110));
    const base = y(history.lanes.length);
    g.fillStyle = palette.quiet;
    g.strokeStyle = palette.line;
    g.font = '11px system-ui, sans-serif';
    g.textAlign = 'center';
    g.textBaseline = 'top';
    // A finished run has a beginning; in a live one it counts how long ago something was.
    const origin = this.player.isLive ? to : 0;
    const first = this.player.isLive ? -Infinity : 0;
    for (let tick = Math.max(first, Math.ceil((from - origin) / step)); tick * step + origin <= to; tick++) {
      const at = x(tick * step + origin);
      if (at < left + 16 || at > right - 16) continue;
      g.beginPath();
      g.moveTo(at + 0.5, base);
      g.lineTo(at + 0.5, base + 4);
      g.stroke();
      g.fillText(tick < 0 ? `-${duration(-tick * step)}` : duration(tick * step), at, base + 7);
    }
    g.strokeStyle = palette.accent;
    g.lineWidth = 1.5;
    g.beginPath();
    g.moveTo(right + 0.5, y(0));
    g.lineTo(right + 0.5, base);
    g.stroke();
  }

  #drawNames({ g, palette, left, y, lane, to, history }) {
    const narrow = left < 50;
    g.textAlign = 'left';
    history.lanes.forEach((one, index) => {
      const top = y(index);
      const entry = one.viewAt(to);
      const outage = one.outageAt(to);
      const leads = !outage && entry?.leader === one.id;
      g.fillStyle = outage ? palette.outage : palette.leader(one.id);
      g.beginPath();
      g.roundRect(0, top + 3, narrow ? 28 : 78, lane - 6, 6);
      g.globalAlpha = leads ? 1 : outage ? 0.35 : 0.16;
      g.fill();
      g.globalAlpha = 1;
      g.fillStyle = leads ? palette.paper : palette.text;
      g.textBaseline = 'middle';
      g.font = '700 14px system-ui, sans-serif';
      const roomy = lane >= 56 && !narrow;
      g.fillText(one.name, narrow ? 6 : 10, roomy ? top + lane / 2 - 9 : top + lane / 2);
      if (!roomy) return;
      g.font = '11px system-ui, sans-serif';
      g.fillText(outage ? outage.kind : entry ? `${leads ? 'leads' : 'view'} ${entry.view}` : 'not heard', 10, top + lane / 2 + 9, 64);
    });
  }
}

/** The least of 1, 2, 5, 10, 20, ... that is not below a value. */
function niceStep(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= value) ?? 10 * power;
}
