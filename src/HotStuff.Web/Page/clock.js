/** Clocks that differ by less than this are taken for the same, in milliseconds: then messages between replicas keep their order. */
const SAME = 60;
const STEADY = 5;

/** Places the times of frames on the page's time line. Frames arrive soon after they were made, so the least delay seen tells how a replica's clock is apart from the page's. */
export class Clock {
  constructor() {
    /** @type {Map<number, number>} */
    this.least = new Map();
    this.common = null;
  }

  /**
   * What to add to the times of a replica's frame.
   * @param {number} replica
   * @param {number} at when the frame was made, by the replica's clock
   * @param {number} arrived when it arrived, by the page's
   */
  shift(replica, at, arrived) {
    const least = Math.min(arrived - at, this.least.get(replica) ?? Infinity);
    this.least.set(replica, least);
    const all = [...this.least.values()];
    const earliest = Math.min(...all);
    if (Math.max(...all) - earliest > SAME) return least;
    if (this.common === null || Math.abs(this.common - earliest) > STEADY) this.common = earliest;
    return this.common;
  }
}
