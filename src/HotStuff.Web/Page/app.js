import { Blocks } from './blocks.js';
import { Caption } from './caption.js';
import { Chain } from './chain.js';
import { Chart } from './charts.js';
import { Controls } from './controls.js';
import { byId } from './element.js';
import { Figures } from './figures.js';
import { Lanes } from './lanes.js';
import { Legend } from './legend.js';
import { Palette } from './palette.js';
import { Tables } from './tables.js';
import { prepareTheme } from './theme.js';
import { Tooltip } from './tooltip.js';
import { duration } from './words.js';

const BLOCKS = 24;
const SLOW = 250;
const STILL = 500;
/** A machine that is slow to draw gets half the frames for a while. In milliseconds. */
const SLUGGISH = 26;
const HALF = 30;
const RECOVER = 10_000;
const POINTS = 120;

/** The page around a history: draws it, moves through it, and tells about it. The same for a live cluster and for a simulated run. */
export class App {
  /**
   * @param {import('./history.js').History} history
   * @param {import('./player.js').Player} player
   * @param {import('./narration.js').Narration} narration
   * @param {import('./metrics.js').Metrics} metrics
   */
  constructor(history, player, narration, metrics) {
    Object.assign(this, { history, player, narration, metrics });
    this.palette = new Palette();
    this.blocks = new Blocks();
    history.listen(this.blocks);
    this.lanes = new Lanes(/** @type {HTMLCanvasElement} */ (byId('lanes')), history, player, narration, this.palette);
    this.tooltip = new Tooltip(byId('tooltip'), this.lanes.canvas, this.lanes, player.isLive);
    this.controls = new Controls(player, narration);
    this.caption = new Caption(byId('caption'), byId('voice'), narration, metrics, player);
    this.figures = new Figures(history, metrics, player);
    this.tables = new Tables(history, narration, player);
    this.chain = new Chain(byId('chain'), byId('chain-rows'), this.palette);
    this.legend = new Legend(byId('marks'), byId('states'), this.palette);
    this.charts = {
      rate: new Chart(canvas('rate-chart'), this.palette, { colour: 'done' }),
      views: new Chart(canvas('view-chart'), this.palette, { colour: 'accent', bars: true, format: (value) => duration(value) }),
      timeouts: new Chart(canvas('timeout-chart'), this.palette, { colour: 'trouble', bars: true }),
    };
    this.calm = matchMedia('(prefers-reduced-motion: reduce)');
    /** What a live node says of its blocks; a finished run and the past are told by the occurrences alone. @type {?import('./blocks.js').Block[]} */
    this.nodeBlocks = null;
    this.before = undefined;
    this.slow = -Infinity;
    this.still = -Infinity;
    this.sluggish = -Infinity;
    this.interval = 16;
    this.drawn = '';
    prepareTheme(byId('theme'), () => this.#recolour());
  }

  /** Begins to draw. */
  run() {
    requestAnimationFrame((now) => this.#frame(now));
  }

  #frame(now) {
    // The browser asks for no frames while the page is hidden; then this long pause is not played.
    const elapsed = Math.min(100, now - (this.before ?? now));
    this.before = now;
    const { player } = this;
    player.advance(elapsed, !this.calm.matches);
    const what = [player.head, player.span, this.history.changes, this.lanes.width, this.palette.isDark, this.tooltip.pointer?.x, this.tooltip.pointer?.y, this.player.selected?.at, this.player.selected?.kind].join();
    const rests = player.plays && now - this.still < this.#pace(now, elapsed);
    if (what !== this.drawn && !rests) {
      this.drawn = what;
      this.still = now;
      this.lanes.draw();
      this.tooltip.update();
    }
    if (now - this.slow >= SLOW) {
      this.slow = now;
      this.#refresh(now);
    }
    requestAnimationFrame((next) => this.#frame(next));
  }

  /** How long a moving picture may stand, in milliseconds. */
  #pace(now, elapsed) {
    if (this.calm.matches) return STILL;
    this.interval += (elapsed - this.interval) * 0.1;
    if (this.interval > SLUGGISH) this.sluggish = now;
    return now - this.sluggish < RECOVER ? HALF : 0;
  }

  #refresh(now) {
    this.figures.update();
    this.caption.update(now);
    this.controls.update();
    this.tables.update();
    this.chain.show(this.player.follows && this.nodeBlocks ? this.nodeBlocks : this.blocks.at(this.player.head, BLOCKS));
    const buckets = this.metrics.upTo(this.player.head, POINTS);
    const { width } = this.metrics;
    const span = POINTS * width;
    this.charts.rate.show(buckets.map(({ commands }) => (1000 * commands) / width), span);
    // Views that passed too fast to be told one by one lasted so long on average.
    this.charts.views.show(buckets.map(({ views, longest }) => Math.max(longest, views > 0 ? width / views : 0)), span);
    this.charts.timeouts.show(buckets.map(({ timeouts }) => timeouts), span);
  }

  #recolour() {
    this.palette.read();
    this.legend.draw();
    this.drawn = '';
    this.slow = -Infinity;
  }
}

/** @param {string} id @returns {HTMLCanvasElement} */
const canvas = (id) => /** @type {HTMLCanvasElement} */ (byId(id));
