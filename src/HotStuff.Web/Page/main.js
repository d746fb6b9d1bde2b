import { App } from './app.js';
import { Clock } from './clock.js';
import { Feed } from './feed.js';
import { fromNode } from './tables.js';
import { History } from './history.js';
import { Matching } from './matching.js';
import { Metrics } from './metrics.js';
import { Narration } from './narration.js';
import { Player } from './player.js';
import { nameOf } from './words.js';

/** Frames come every tenth of a second; what is drawn is so much behind, so that it moves smoothly. In milliseconds. */
const BEHIND = 250;
const SETTLED = 300;
const SILENT = 700;
const WATCH = 200;

const now = () => performance.timeOrigin + performance.now();

/** The page of a running node: what its feed tells goes into a history, which is followed. */
class Live {
  constructor() {
    this.clock = new Clock();
    this.app = null;
    this.state = 'connecting';
    this.feed = new Feed('api/v1', {
      cluster: (cluster) => this.#meet(cluster),
      frame: (frame) => this.history?.addFrame(frame, this.clock.shift(frame.replica, frame.at, now())),
      node: (node) => this.app?.tables.showNode(node),
      blocks: (blocks) => {
        if (this.app) this.app.nodeBlocks = fromNode(blocks);
      },
      evidence: (evidence) => this.app?.tables.showEvidence(evidence),
      state: (state) => this.#connect(state),
    });
    setInterval(() => this.#watch(), WATCH);
  }

  /** The node that answers may be another than before, and of another chain: then everything begins again. */
  #meet(cluster) {
    this.clock = new Clock();
    if (this.history?.cluster.chain === cluster.chain) return;
    if (this.history) {
      location.reload();
      return;
    }
    const replicas = cluster.replicas.map((_, id) => ({ id, name: nameOf(id) }));
    this.history = new History({ ...cluster, replicas });
    const narration = new Narration(this.history);
    const metrics = new Metrics(1_000, 600, false);
    const matching = new Matching((message) => this.history.addMessage(message));
    for (const listener of [narration, matching, metrics]) this.history.listen(listener);
    this.app = new App(this.history, new Player(this.history, () => now() - BEHIND), narration, metrics);
    this.#connect(this.state);
    this.app.run();
  }

  #connect(state) {
    this.state = state;
    this.connected = state === 'live' ? now() : Infinity;
    if (this.app) this.app.figures.connection = state;
  }

  #watch() {
    if (!this.history) return;
    this.history.settle(now() - SETTLED);
    // Without a connection nobody can be heard, and silence means nothing.
    if (now() - this.connected > SILENT) this.history.hearSilence(now(), SILENT);
  }
}

export const live = new Live();
