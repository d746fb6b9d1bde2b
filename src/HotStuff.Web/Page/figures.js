import { compact } from './charts.js';
import { byId, setText } from './element.js';
import { nameOf, number } from './words.js';

const STATES = {
  live: 'live',
  connecting: 'connecting…',
  reconnecting: 'reconnecting…',
  asleep: 'asleep',
  silent: 'replica silent',
  replay: 'simulated run',
};

/** The line of figures at the top of the page. */
export class Figures {
  /**
   * @param {import('./history.js').History} history
   * @param {import('./metrics.js').Metrics} metrics
   * @param {import('./player.js').Player} player
   */
  constructor(history, metrics, player) {
    Object.assign(this, { history, metrics, player });
    this.connection = player.isLive ? 'connecting' : 'replay';
    const { chain, protocol, signatures, leaders, n, f } = history.cluster;
    setText(byId('what'), `${protocol} · ${n} replicas, up to ${f} may lie · quorum ${history.cluster.quorum} · ${signatures} · ${leaders} · chain ${chain.slice(0, 8)}`);
  }

  update() {
    const { head } = this.player;
    const present = this.history.lanes.filter((lane) => lane.frames.lastTo(head) && !lane.outageAt(head));
    const ahead = present.map((lane) => lane.viewAt(head)).reduce((best, entry) => (best && best.view >= entry.view ? best : entry), null);
    setText(byId('leader'), ahead ? nameOf(ahead.leader) : '–');
    setText(byId('view'), ahead ? number(ahead.view) : '–');
    setText(byId('height'), ahead ? number(Math.max(...present.map((lane) => lane.frames.lastTo(head).committed))) : '–');
    const rate = this.metrics.rates(head, Math.max(1, Math.round((this.player.isLive ? 2_000 : 10 * this.metrics.width) / this.metrics.width)));
    setText(byId('rate'), ahead ? compact(rate.commands) : '–');
    const quiet = this.history.lanes.filter((lane) => lane.outageAt(head));
    const state = this.connection === 'live' && quiet.length > 0 ? 'silent' : this.connection;
    const badge = byId('state');
    badge.dataset.state = state;
    setText(badge, state === 'silent' ? `live · ${quiet.map((lane) => `${lane.name} ${lane.outageAt(head).kind}`).join(', ')}` : STATES[state]);
  }
}
