/** How fast time may pass: parts of real time. */
export const SPEEDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** What is seen at once is this much real time at the speed that is played, in milliseconds: the slower, the closer. */
const SIGHT = 10_000;
const LEAST_SPAN = 20;
const MOST_SPAN = 120_000;
const ZOOMS = [0.1, 0.2, 0.5, 1, 2, 5];

/** Where on the time line the page is, and how it moves there: along with a live cluster, or through what is remembered. */
export class Player {
  /**
   * @param {import('./history.js').History} history
   * @param {?() => number} now the end of a live time line; null for a finished run
   */
  constructor(history, now = null) {
    this.history = history;
    this.now = now;
    this.follows = now !== null;
    this.plays = this.follows;
    this.head = now ? now() : history.begin;
    this.speed = now ? 1 : 0.05;
    this.zoom = 1;
    this.span = this.targetSpan;
    /** @type {?import('./kinds.js').Occurrence} */
    this.selected = null;
    this.steps = null;
    this.listeners = [];
  }

  get isLive() {
    return this.now !== null;
  }

  get begin() {
    return this.history.begin === Infinity ? this.head : this.history.begin;
  }

  get end() {
    return this.now ? this.now() : this.history.end;
  }

  /** How much time is to be seen at once, in milliseconds. */
  get targetSpan() {
    return Math.min(MOST_SPAN, Math.max(LEAST_SPAN, SIGHT * this.speed * this.zoom));
  }

  /** @param {() => void} listener called when somebody changes how it plays */
  listen(listener) {
    this.listeners.push(listener);
  }

  /**
   * Lets time pass.
   * @param {number} elapsed real milliseconds
   * @param {boolean} smooth whether the span may change bit by bit
   */
  advance(elapsed, smooth) {
    const target = this.targetSpan;
    this.span = smooth && Math.abs(this.span - target) > target * 0.01 ? this.span + (target - this.span) * Math.min(1, elapsed / 120) : target;
    if (this.follows) {
      this.head = this.end;
    } else if (this.plays) {
      this.head += elapsed * this.speed;
      if (this.head >= this.end) this.#arrive();
    }
  }

  /** Plays, or pauses; a finished run that is at its end begins again. */
  toggle() {
    if (this.plays) {
      this.pause();
      return;
    }
    if (!this.isLive && this.head >= this.end) this.head = this.begin;
    this.selected = null;
    this.plays = true;
    this.#changed();
  }

  pause() {
    this.plays = false;
    this.follows = false;
    this.#changed();
  }

  /** Goes along with a live cluster. */
  follow() {
    if (!this.isLive) return;
    this.follows = true;
    this.plays = true;
    this.speed = 1;
    this.selected = null;
    this.steps = null;
    this.#changed();
  }

  /** @param {number} at */
  seek(at) {
    this.follows = false;
    this.selected = null;
    this.head = Math.min(this.end, Math.max(this.begin, at));
    this.#changed();
  }

  /**
   * Pauses at the next occurrence, or the one before.
   * @param {1|-1} direction
   */
  step(direction) {
    this.plays = false;
    this.follows = false;
    if (!this.steps || this.steps.changes !== this.history.changes) this.steps = { changes: this.history.changes, list: this.history.inOrder() };
    const { list } = this.steps;
    const current = this.selected ? list.indexOf(this.selected) : -1;
    const next = current >= 0 ? current + direction : this.#nearest(list, direction);
    const found = list[next];
    if (found) {
      this.selected = found;
      this.head = found.at;
    }
    this.#changed();
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.speed = speed;
    if (this.follows && speed !== 1) this.follows = false;
    this.#changed();
  }

  /** @param {1|-1} direction */
  changeSpeed(direction) {
    this.setSpeed(neighbour(SPEEDS, this.speed, direction));
  }

  /** @param {1|-1} direction 1 shows more time at once */
  changeZoom(direction) {
    this.zoom = neighbour(ZOOMS, this.zoom, direction);
    this.#changed();
  }

  /**
   * Plays from a moment, slowly.
   * @param {number} at
   * @param {number} speed
   */
  playFrom(at, speed) {
    this.seek(at);
    this.speed = speed;
    this.plays = true;
    this.#changed();
  }

  #arrive() {
    this.head = this.end;
    if (this.isLive && this.speed >= 1) this.follow();
    else if (!this.isLive) this.pause();
  }

  #nearest(list, direction) {
    if (direction > 0) {
      const next = list.findIndex((occurrence) => occurrence.at > this.head);
      return next;
    }
    return list.findLastIndex((occurrence) => occurrence.at < this.head);
  }

  #changed() {
    for (const listener of this.listeners) listener();
  }
}

function neighbour(values, value, direction) {
  return values[Math.min(values.length - 1, Math.max(0, values.indexOf(value) + direction))];
}
