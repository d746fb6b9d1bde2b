const NOTHING = { commands: 0, timeouts: 0 };

/** @typedef {{at: number, commands: number, views: number, longest: number, timeouts: number}} Bucket what happened in one stretch of time that begins at `at` */

/** Counts what happens in stretches of equal length, for the charts. */
export class Metrics {
  /**
   * @param {number} width of a stretch, in milliseconds
   * @param {number} most how many are kept
   * @param {boolean} fromStart whether counters are seen from their beginning: a live cluster has counted long before
   */
  constructor(width, most, fromStart) {
    this.width = width;
    this.most = most;
    this.fromStart = fromStart;
    this.buckets = new Map();
    this.last = new Map();
    this.view = { number: -1, since: 0 };
  }

  /** @param {import('./kinds.js').Occurrence} o */
  occurrence({ kind, view, at }) {
    if ((kind !== 'entered' && kind !== 'viewChanged' && kind !== 'started') || view <= this.view.number) return;
    if (view === this.view.number + 1) {
      const bucket = this.#bucket(at);
      bucket.longest = Math.max(bucket.longest, at - this.view.since);
    }
    this.view = { number: view, since: at };
  }

  /** @param {object} frame */
  frame(frame) {
    const before = this.last.get(frame.replica);
    this.last.set(frame.replica, frame);
    // Counters begin again with the process.
    const known = before ?? (this.fromStart ? NOTHING : frame);
    const since = (counter) => Math.max(0, frame[counter] - known[counter]);
    const bucket = this.#bucket(frame.at);
    bucket.commands.set(frame.replica, (bucket.commands.get(frame.replica) ?? 0) + since('commands'));
    bucket.views.set(frame.replica, (bucket.views.get(frame.replica) ?? 0) + frame.views);
    bucket.timeouts += since('timeouts');
  }

  /**
   * The stretches up to a moment, oldest first, without gaps.
   * @param {number} at
   * @param {number} count how many at most
   * @returns {Bucket[]}
   */
  upTo(at, count) {
    const last = Math.floor(at / this.width);
    return Array.from({ length: count }, (_, i) => {
      const number = last - count + 1 + i;
      const bucket = this.buckets.get(number);
      // All replicas execute the same: the one that shows most tells what the cluster did.
      const most = (counts) => Math.max(0, ...counts.values());
      return bucket
        ? { at: number * this.width, commands: most(bucket.commands), views: most(bucket.views), longest: bucket.longest, timeouts: bucket.timeouts }
        : { at: number * this.width, commands: 0, views: 0, longest: 0, timeouts: 0 };
    });
  }

  /**
   * What happens in a second, on average over the last whole stretches.
   * @param {number} at
   * @param {number} over how many of them
   */
  rates(at, over) {
    const whole = this.upTo(at - this.width, over);
    const seconds = (over * this.width) / 1000;
    return { commands: total(whole, 'commands') / seconds, views: total(whole, 'views') / seconds };
  }

  #bucket(at) {
    const number = Math.floor(at / this.width);
    let bucket = this.buckets.get(number);
    if (!bucket) {
      bucket = { commands: new Map(), views: new Map(), longest: 0, timeouts: 0 };
      this.buckets.set(number, bucket);
      if (this.buckets.size > this.most) this.buckets.delete(this.buckets.keys().next().value);
    }
    return bucket;
  }
}

function total(buckets, what) {
  return buckets.reduce((sum, bucket) => sum + bucket[what], 0);
}
