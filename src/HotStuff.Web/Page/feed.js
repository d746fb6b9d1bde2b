const FORGET = 5_000;

/**
 * What the page hears from a node.
 * @typedef {object} Hearers
 * @property {(cluster: object) => void} cluster once, and again after each connection
 * @property {(frame: object) => void} frame
 * @property {(node: object) => void} node
 * @property {(blocks: object[]) => void} blocks
 * @property {(evidence: object[]) => void} evidence
 * @property {(state: 'connecting'|'live'|'reconnecting'|'asleep') => void} state
 */

/** The node's events, as long as somebody looks at the page: a page that is hidden for a while lets go, so that replicas need not report. */
export class Feed {
  /**
   * @param {string} base the address of the API
   * @param {Hearers} hearers
   */
  constructor(base, hearers) {
    this.base = base;
    this.hearers = hearers;
    this.evidence = -1;
    document.addEventListener('visibilitychange', () => this.#see());
    this.#open();
  }

  #open() {
    this.hearers.state('connecting');
    this.events = new EventSource(`${this.base}/feed`);
    this.events.addEventListener('open', () => this.#greet());
    this.events.addEventListener('error', () => this.#lose());
    this.#hear('frame', this.hearers.frame);
    this.#hear('blocks', this.hearers.blocks);
    this.#hear('node', (node) => {
      this.hearers.node(node);
      if (node.evidence !== this.evidence) this.#askEvidence(node.evidence);
    });
  }

  #hear(name, hearer) {
    this.events.addEventListener(name, (event) => hearer(JSON.parse(event.data)));
  }

  async #greet() {
    this.evidence = -1;
    const cluster = await this.#ask('cluster');
    if (!cluster) return;
    this.hearers.cluster(cluster);
    this.hearers.state('live');
  }

  async #askEvidence(count) {
    this.evidence = count;
    const evidence = await this.#ask('evidence');
    if (evidence) this.hearers.evidence(evidence);
  }

  /** The answer; null when the node is gone, which the event source notices, too. */
  async #ask(what) {
    try {
      const answer = await fetch(`${this.base}/${what}`);
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  #lose() {
    this.hearers.state('reconnecting');
    // The browser tries again by itself, unless the answer was no stream: then it is up to the page.
    if (this.events.readyState === EventSource.CLOSED) this.#retryLater();
  }

  #retryLater() {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => {
      if (!this.events || this.events.readyState === EventSource.CLOSED) this.#open();
    }, 1_000);
  }

  #see() {
    clearTimeout(this.letGo);
    if (document.hidden) {
      this.letGo = setTimeout(() => {
        this.events?.close();
        this.events = null;
        clearTimeout(this.retry);
        this.hearers.state('asleep');
      }, FORGET);
    } else if (!this.events) {
      this.#open();
    }
  }
}
