import { duration, number } from './words.js';

const LEFT = 46;
const BOTTOM = 18;
const TOP = 8;

/** A small chart of one figure over time. */
export class Chart {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import('./palette.js').Palette} palette
   * @param {{colour: 'accent'|'done'|'trouble', bars?: boolean, format?: (value: number) => string}} style
   */
  constructor(canvas, palette, style) {
    this.canvas = canvas;
    this.palette = palette;
    this.style = { format: compact, ...style };
  }

  /**
   * @param {Array<?number>} values one for each stretch of time; null where there is none
   * @param {number} span the time that they cover, in milliseconds
   */
  show(values, span) {
    const { width, height } = this.canvas.getBoundingClientRect();
    if (width === 0) return;
    const ratio = Math.min(3, window.devicePixelRatio || 1);
    const wanted = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== wanted[0] || this.canvas.height !== wanted[1]) [this.canvas.width, this.canvas.height] = wanted;
    const g = this.canvas.getContext('2d');
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, width, height);
    const top = ceiling(Math.max(0, ...values.map((value) => value ?? 0)));
    const place = {
      x: (i) => LEFT + ((width - LEFT - 4) * (i + 0.5)) / values.length,
      y: (value) => height - BOTTOM - ((height - BOTTOM - TOP) * value) / top,
    };
    this.#drawScale(g, width, height, top, place, span);
    if (this.style.bars) this.#drawBars(g, values, place, (width - LEFT) / values.length);
    else this.#drawLine(g, values, place);
  }

  #drawScale(g, width, height, top, { y }, span) {
    g.font = '11px system-ui, sans-serif';
    g.fillStyle = this.palette.quiet;
    g.strokeStyle = this.palette.line;
    g.lineWidth = 1;
    g.textAlign = 'right';
    g.textBaseline = 'middle';
    for (const value of [0, top / 2, top]) {
      const at = Math.round(y(value)) + 0.5;
      g.beginPath();
      g.moveTo(LEFT, at);
      g.lineTo(width, at);
      g.stroke();
      g.fillText(this.style.format(value), LEFT - 6, at);
    }
    g.textBaseline = 'bottom';
    g.textAlign = 'left';
    g.fillText(`-${duration(span)}`, LEFT, height);
    g.textAlign = 'right';
    g.fillText('now', width - 2, height);
  }

  #drawLine(g, values, { x, y }) {
    const colour = this.palette[this.style.colour];
    g.strokeStyle = colour;
    g.lineWidth = 1.8;
    g.lineJoin = 'round';
    g.beginPath();
    let draws = false;
    values.forEach((value, i) => {
      if (value === null) {
        draws = false;
        return;
      }
      if (draws) g.lineTo(x(i), y(value));
      else g.moveTo(x(i), y(value));
      draws = true;
    });
    g.stroke();
  }

  #drawBars(g, values, { x, y }, width) {
    g.fillStyle = this.palette[this.style.colour];
    values.forEach((value, i) => {
      if (value) g.fillRect(x(i) - width * 0.4, y(value), Math.max(1.5, width * 0.8), y(0) - y(value));
    });
  }
}

/** 1,234,567 in few letters: "1.2 M". */
export function compact(value) {
  if (value >= 1_000_000) return `${(value / 1_000_000).toFixed(1)} M`;
  if (value >= 10_000) return `${(value / 1000).toFixed(0)} k`;
  return value < 10 && value % 1 !== 0 ? value.toFixed(1) : number(value);
}

/** The least round number that is not below a value: an axis that does not change with every frame. */
function ceiling(value) {
  if (value <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= value) ?? 10 * power;
}
