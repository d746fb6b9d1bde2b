const OPEN = 4_000;

/**
 * Finds the messages between replicas: what one said and another heard. For the live feed, where each replica tells its own side only.
 */
export class Matching {
  /** @param {(message: import('./history.js').Message) => void} found */
  constructor(found) {
    this.found = found;
    /** @type {Map<string, {at: number, replica: number}>} */
    this.said = new Map();
  }

  /** @param {import('./kinds.js').Occurrence} o */
  occurrence(o) {
    switch (o.kind) {
      case 'proposed':
        this.#say(`proposal ${o.block}`, o);
        break;
      case 'proposalHeard':
        this.#hear(`proposal ${o.block}`, 'proposal', o);
        break;
      case 'voted':
        this.#say(`vote ${o.replica} ${o.view} ${o.phase}`, o);
        break;
      case 'voteHeard':
        this.#hear(`vote ${o.other} ${o.view} ${o.phase}`, 'vote', o);
        break;
      case 'complained':
        this.#say(`complaint ${o.replica} ${o.other} ${o.view}`, o);
        break;
      case 'complaintHeard':
        this.#hear(`complaint ${o.other} ${o.replica} ${o.view}`, 'complaint', o);
        break;
      case 'gaveUp':
        this.#say(`certificate ${o.view}`, o);
        break;
      case 'viewChanged':
        this.#hear(`certificate ${o.view - 1}`, 'timeoutCertificate', o);
        break;
      default:
    }
  }

  #say(key, { at, replica }) {
    this.said.set(key, { at, replica });
    if (this.said.size > OPEN) this.said.delete(this.said.keys().next().value);
  }

  #hear(key, kind, { at, replica, view }) {
    const said = this.said.get(key);
    if (said && said.replica !== replica) this.found({ at: said.at, heard: Math.max(at, said.at), from: said.replica, to: replica, kind, view, text: null });
  }
}
