import { kinds } from './kinds.js';
import { element } from './element.js';
import { moment } from './words.js';

/** Explains the mark under the pointer, or the one that is selected. */
export class Tooltip {
  /**
   * @param {HTMLElement} box
   * @param {HTMLCanvasElement} canvas
   * @param {import('./lanes.js').Lanes} lanes
   * @param {boolean} isLive
   */
  constructor(box, canvas, lanes, isLive) {
    this.box = box;
    this.canvas = canvas;
    this.lanes = lanes;
    this.isLive = isLive;
    this.pointed = null;
    this.shown = null;
    canvas.addEventListener('pointermove', (event) => this.#point(event));
    canvas.addEventListener('pointerdown', (event) => this.#point(event));
    canvas.addEventListener('pointerleave', () => {
      this.pointer = null;
    });
  }

  /** Shows what there is to show; called after each drawing. */
  update() {
    const mark = (this.pointer && this.lanes.markAt(this.pointer.x, this.pointer.y)) ?? this.lanes.selection;
    this.box.hidden = !mark;
    if (!mark) {
      this.shown = null;
      return;
    }
    if (this.shown !== mark.occurrence) {
      this.shown = mark.occurrence;
      const { title, tell, lesson } = kinds[mark.occurrence.kind];
      const when = this.isLive ? '' : `${moment(mark.occurrence.at)} · `;
      this.box.replaceChildren(
        element('b', {}, `${when}${title}`),
        element('p', {}, tell(mark.occurrence)),
        element('p', { class: 'quiet' }, lesson),
      );
    }
    this.#place(mark);
  }

  #point(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    this.pointer = { x: event.clientX - left, y: event.clientY - top };
  }

  #place(mark) {
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const room = this.canvas.clientWidth;
    const x = Math.max(0, Math.min(room - width, mark.x - width / 2));
    const below = mark.y + 16;
    const y = below + height > this.canvas.clientHeight && mark.y - 16 - height > -40 ? mark.y - 16 - height : below;
    this.box.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }
}
