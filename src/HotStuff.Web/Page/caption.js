import { ROUTINE, TROUBLE } from './narration.js';
import { kinds } from './kinds.js';
import { setText } from './element.js';
import { compact } from './charts.js';
import { duration } from './words.js';

/** How long a sentence that matters stays, and how often the voice speaks at most, in real milliseconds. */
const HOLD = 6_000;
const SPEAK = 2_000;
const READABLE = 1_500;
const FAST = 3;

/** Says in one sentence what happens: in sight, and for those who listen no faster than one message in two seconds. */
export class Caption {
  /**
   * @param {HTMLElement} text what is seen
   * @param {HTMLElement} voice a polite live region
   * @param {import('./narration.js').Narration} narration
   * @param {import('./metrics.js').Metrics} metrics
   * @param {import('./player.js').Player} player
   */
  constructor(text, voice, narration, metrics, player) {
    Object.assign(this, { text, voice, narration, metrics, player });
    this.since = -Infinity;
    this.spoken = -Infinity;
    this.weight = ROUTINE;
  }

  /** @param {number} now real milliseconds */
  update(now) {
    const { player } = this;
    const { text, weight } = player.selected ? { text: kinds[player.selected.kind].tell(player.selected), weight: TROUBLE } : this.#sentence();
    if (text !== this.text.textContent && (weight > this.weight || player.selected || !player.plays || now - this.since > READABLE)) {
      setText(this.text, text);
      this.text.classList.toggle('trouble', weight === TROUBLE && !player.selected);
      this.since = now;
      this.weight = weight;
    }
    if (now - this.spoken >= SPEAK && this.voice.textContent !== this.text.textContent) {
      setText(this.voice, this.text.textContent);
      this.spoken = now;
    }
  }

  #sentence() {
    const { player, narration } = this;
    const sentence = narration.at(player.head, HOLD * player.speed);
    if (sentence && sentence.weight === TROUBLE && player.head - sentence.at <= HOLD * player.speed) return sentence;
    const { views, commands } = this.metrics.rates(player.head, Math.max(1, Math.min(20, Math.round(2_000 / this.metrics.width))));
    // Ordinary views that pass faster than people read are told together.
    if (player.isLive && player.speed === 1) {
      if (views > FAST) return { weight: ROUTINE, text: `${compact(views)} views pass in a second, ${duration(1000 / views)} each, every one with a leader of its own; ${compact(commands)} commands commit in a second.` };
      if (views === 0 && !narration.changes.newest?.to === Infinity) return { weight: ROUTINE, text: RESTING };
      if (!sentence || player.head - sentence.at > HOLD) return { weight: ROUTINE, text: RESTING };
    }
    return sentence ?? { weight: ROUTINE, text: player.isLive ? RESTING : 'The replicas have not started yet. Press play.' };
  }
}

const RESTING = 'The cluster rests: no command waits, so no leader proposes and no timer runs. The first command wakes it.';
