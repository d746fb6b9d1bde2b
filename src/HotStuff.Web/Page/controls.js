import { SPEEDS } from './player.js';
import { byId, element, setText } from './element.js';
import { duration, moment } from './words.js';

/** A view change is worth so much time before it and this pace. */
const LEAD = 0.35;
const LEAST_LEAD = 30;

/** The buttons, the slider and the keys that move the player. */
export class Controls {
  /**
   * @param {import('./player.js').Player} player
   * @param {import('./narration.js').Narration} narration
   */
  constructor(player, narration) {
    this.player = player;
    this.narration = narration;
    this.play = byId('play');
    this.slider = /** @type {HTMLInputElement} */ (byId('time'));
    this.speed = /** @type {HTMLSelectElement} */ (byId('speed'));
    this.moment = byId('moment');
    this.change = byId('change');
    this.live = byId('live');
    this.live.hidden = !player.isLive;
    this.speed.append(...SPEEDS.map((speed) => element('option', { value: speed }, speed < 1 ? `1/${Math.round(1 / speed)}` : `${speed}×`)));
    this.#listen();
    player.listen(() => this.update());
    this.update();
  }

  /** Shows where the player is. */
  update() {
    const { player } = this;
    setText(this.play, player.plays ? 'Pause' : 'Play');
    this.play.setAttribute('aria-pressed', String(player.plays));
    this.speed.value = String(player.speed);
    this.live.setAttribute('aria-pressed', String(player.follows));
    this.slider.min = String(player.begin);
    this.slider.max = String(Math.max(player.begin + 1, player.end));
    this.slider.value = String(player.head);
    const text = player.isLive ? (player.follows ? 'now' : `${duration(Math.max(0, player.end - player.head))} ago`) : `${moment(player.head)} of ${moment(player.end)}`;
    setText(this.moment, text);
    this.slider.setAttribute('aria-valuetext', text);
    this.change.toggleAttribute('disabled', this.narration.changes.items.length === 0);
  }

  /** Plays the latest view change up to now slowly; in a finished run the first when there is none before. */
  showChange() {
    const { items } = this.narration.changes;
    const { player } = this;
    const change = items.findLast((one) => one.from < player.head - LEAST_LEAD) ?? items[0];
    if (!change) return;
    const length = Math.max(LEAST_LEAD, (Number.isFinite(change.to) ? change.to : player.end) - change.from);
    // At a pace at which it lasts some three to six seconds.
    const pace = SPEEDS.findLast((speed) => speed <= length / 3_000) ?? SPEEDS[0];
    player.playFrom(change.from - Math.max(LEAST_LEAD, length * LEAD), pace);
  }

  #listen() {
    const { player } = this;
    this.play.addEventListener('click', () => player.toggle());
    byId('back').addEventListener('click', () => player.step(-1));
    byId('next').addEventListener('click', () => player.step(1));
    byId('nearer').addEventListener('click', () => player.changeZoom(-1));
    byId('farther').addEventListener('click', () => player.changeZoom(1));
    this.live.addEventListener('click', () => player.follow());
    this.change.addEventListener('click', () => this.showChange());
    this.slider.addEventListener('input', () => player.seek(Number(this.slider.value)));
    this.speed.addEventListener('change', () => player.setSpeed(Number(this.speed.value)));
    document.addEventListener('keydown', (event) => this.#press(event));
  }

  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof Element)) return;
    const { target } = event;
    // Fields use these keys themselves, and a button is pressed by the space bar.
    if (target.closest('select, input, textarea') && !(event.key === ' ' && target === this.slider)) return;
    if (event.key === ' ' && target.closest('button, summary, a')) return;
    const action = this.#keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  #keys = {
    ' ': () => this.player.toggle(),
    ArrowRight: () => this.player.step(1),
    ArrowLeft: () => this.player.step(-1),
    Home: () => this.player.seek(this.player.begin),
    End: () => (this.player.isLive ? this.player.follow() : this.player.seek(this.player.end)),
    '+': () => this.player.changeSpeed(1),
    '-': () => this.player.changeSpeed(-1),
    '[': () => this.player.changeZoom(-1),
    ']': () => this.player.changeZoom(1),
    l: () => this.player.follow(),
    v: () => this.showChange(),
  };
}
