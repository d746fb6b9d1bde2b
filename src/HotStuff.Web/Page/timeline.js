/**
 * A bounded list of things that happened, oldest first. Things come nearly in order; what comes late is put where it belongs, and when there is no room the oldest quarter goes.
 * @template {{at: number}} T
 */
export class Timeline {
  /** @param {number} capacity the most items, 4 or more */
  constructor(capacity) {
    this.capacity = capacity;
    /** @type {T[]} */
    this.items = [];
  }

  /** @param {T} item */
  add(item) {
    const { items } = this;
    let place = items.length;
    while (place > 0 && items[place - 1].at > item.at) place--;
    items.splice(place, 0, item);
    if (items.length > this.capacity) items.splice(0, this.capacity >> 2);
  }

  /** The newest item; undefined when there is none. */
  get newest() {
    return this.items[this.items.length - 1];
  }

  /**
   * How many items there are up to a time, that included: the index of the first one after it.
   * @param {number} at
   */
  countTo(at) {
    let low = 0;
    let high = this.items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.items[middle].at <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * The last item up to a time; undefined when there is none.
   * @param {number} at
   */
  lastTo(at) {
    return this.items[this.countTo(at) - 1];
  }

  /**
   * The items after one time and up to another.
   * @param {number} after
   * @param {number} to
   */
  between(after, to) {
    return this.items.slice(this.countTo(after), this.countTo(to));
  }
}
