const MOST = 3_000;

/** The states of a block, from the least to the most certain. */
export const STATES = ['proposed', 'certified', 'locked', 'committed'];

/** @typedef {{id: string, parent: ?string, height: number, view: number, proposer: ?number, commands: ?number, state: string}} Block */

/** The blocks as the occurrences tell of them, with the time at which each came into each state: so that the chain can be shown as it was at any moment. */
export class Blocks {
  constructor() {
    /** @type {Map<string, object>} */
    this.known = new Map();
  }

  /** @param {import('./kinds.js').Occurrence} o */
  occurrence(o) {
    switch (o.kind) {
      case 'proposed':
      case 'proposalHeard':
        this.#propose(o);
        break;
      case 'certified':
        this.#reach(o, 'certified');
        break;
      case 'locked':
        this.#reach(o, 'locked');
        break;
      case 'committed':
        this.#commit(o);
        break;
      default:
    }
  }

  /**
   * The newest blocks at a moment, the highest first.
   * @param {number} at
   * @param {number} most
   * @returns {Block[]}
   */
  at(at, most) {
    const seen = [];
    const all = [...this.known.values()];
    for (let i = all.length - 1; i >= 0 && seen.length < most; i--) {
      // Of some only a certificate was heard: where they belong is not known.
      if (all[i].proposed <= at && all[i].height !== null) seen.push(all[i]);
    }
    const state = (block) => STATES.findLast((name) => block[name] <= at);
    return seen.map((block) => ({ ...block, state: state(block) })).sort((one, other) => other.height - one.height || other.view - one.view);
  }

  #propose(o) {
    const block = this.#block(o);
    block.parent ??= o.parent;
    block.height ??= o.height ?? null;
    block.proposer ??= o.kind === 'proposed' ? o.replica : o.other;
    block.commands ??= o.count;
    block.proposed = Math.min(block.proposed, o.at);
    // A block stands on its parent's certificate.
    const parent = this.known.get(o.parent);
    if (parent) parent.certified = Math.min(parent.certified, o.at);
  }

  #commit(o) {
    this.#reach(o, 'committed');
    const block = this.known.get(o.block);
    block.height ??= o.height ?? null;
    for (let below = this.known.get(block.parent); below && below.committed === Infinity; below = this.known.get(below.parent)) below.committed = o.at;
  }

  #reach(o, state) {
    if (!o.block || (o.view === 0 && !this.known.has(o.block))) return;
    const block = this.#block(o);
    block.proposed = Math.min(block.proposed, o.at);
    block[state] = Math.min(block[state], o.at);
  }

  #block({ block: id, view }) {
    let block = this.known.get(id);
    if (!block) {
      block = { id, parent: null, height: null, view, proposer: null, commands: null, proposed: Infinity, certified: Infinity, locked: Infinity, committed: Infinity };
      this.known.set(id, block);
      if (this.known.size > MOST) this.known.delete(this.known.keys().next().value);
    }
    return block;
  }
}
