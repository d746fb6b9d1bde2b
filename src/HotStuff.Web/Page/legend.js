import { stateKeys } from './chain.js';
import { element } from './element.js';
import { glyphs } from './glyphs.js';
import { kinds } from './kinds.js';

const SIZE = 26;

/** The marks with what they mean: a lesson that reads from a view's beginning to a commit, and then what happens when a leader fails. */
export class Legend {
  /**
   * @param {HTMLElement} marks
   * @param {HTMLElement} states
   * @param {import('./palette.js').Palette} palette
   */
  constructor(marks, states, palette) {
    this.palette = palette;
    this.canvases = Object.entries(kinds).map(([name, kind]) => {
      const canvas = element('canvas', { width: SIZE * 2, height: SIZE * 2, 'aria-hidden': true });
      marks.append(element('li', {}, canvas, element('span', {}, element('b', {}, kind.title), element('span', { class: 'quiet' }, ` ${kind.lesson}`))));
      return { name, canvas };
    });
    states.append(...stateKeys());
    this.draw();
  }

  draw() {
    for (const { name, canvas } of this.canvases) {
      const g = canvas.getContext('2d');
      g.setTransform(2, 0, 0, 2, 0, 0);
      g.clearRect(0, 0, SIZE, SIZE);
      g.translate(SIZE / 2, SIZE / 2);
      g.lineJoin = 'round';
      g.lineCap = 'round';
      glyphs[name](g, 8, this.palette.ink(0));
    }
  }
}
