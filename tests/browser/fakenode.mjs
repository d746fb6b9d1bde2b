import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const FILES = new URL('../../src/HotStuff.Web/Page/', import.meta.url);
const TICK = 100;
const MOST = 64;
const TIMEOUT = 500;
const RARE = new Set(['timedOut', 'complained', 'complaintHeard', 'gaveUp', 'viewChanged', 'started', 'accused']);

/** Serves the page's files and a made-up cluster that runs chained HotStuff as the page would see it: to look at the live page without one. */
export class FakeNode {
  /** @param {{n?: number, viewMs?: number, port?: number}} options how many replicas, how long an ordinary view lasts, where to listen (0: anywhere) */
  constructor({ n = 4, viewMs = 40, port = 0 } = {}) {
    Object.assign(this, { n, viewMs, port });
    this.replicas = Array.from({ length: n }, (_, id) => ({ id, isUp: true, sequence: 0, view: 1, leader: 1, committed: 0, locked: 0, timeouts: 0, commands: 0, blocks: 0, pending: [], omitted: 0 }));
    this.view = 1;
    this.height = 0;
    this.chain = [{ id: hash('genesis'), parent: hash('genesis'), height: 0, view: 0 }];
    this.clients = new Set();
    this.clock = Date.now();
  }

  async start() {
    this.server = createServer((request, response) => this.#answer(request, response));
    await new Promise((done) => this.server.listen(this.port, '127.0.0.1', done));
    this.port = this.server.address().port;
    this.clock = Date.now();
    this.timer = setInterval(() => this.#tick(), TICK);
  }

  async stop() {
    clearInterval(this.timer);
    for (const client of this.clients) client.destroy();
    this.clients.clear();
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  get leader() {
    return this.view % this.n;
  }

  kill(id) {
    this.replicas[id].isUp = false;
    this.replicas[id].pending = [];
  }

  revive(id) {
    const replica = this.replicas[id];
    Object.assign(replica, { isUp: true, sequence: 0, view: this.view, leader: this.leader, timeouts: 0, commands: 0, blocks: 0 });
    this.#see(id, { at: this.clock, kind: 'started', view: this.view, other: this.leader });
  }

  #tick() {
    const now = Date.now();
    while (this.clock < now) this.#playView();
    for (const replica of this.replicas) if (replica.isUp) this.#sendFrame(replica, now);
    if (now - (this.second ?? 0) >= 1000) {
      this.second = now;
      this.#send('node', this.#node());
      this.#send('blocks', this.#blocks());
    }
  }

  /** One view, from its leader's proposal to the certificate, or to the timeout certificate. */
  #playView() {
    const { view, clock, n } = this;
    const leader = view % n;
    const next = (view + 1) % n;
    const up = this.replicas.filter(({ isUp }) => isUp).map(({ id }) => id);
    const parent = this.chain[this.chain.length - 1];
    if (this.replicas[leader].isUp) {
      const block = { id: hash(`${view}`), parent: parent.id, height: parent.height + 1, view };
      const about = { view, block: block.id.slice(0, 8), parent: parent.id.slice(0, 8), height: block.height, count: 5 };
      this.#see(leader, { at: clock, kind: 'proposed', ...about });
      for (const id of up) {
        const heard = clock + this.viewMs * (0.3 + 0.05 * id);
        if (id !== leader) this.#see(id, { at: heard, kind: 'proposalHeard', other: leader, ...about });
        this.#see(id, { at: id === leader ? clock : heard, kind: 'voted', view, other: next, block: about.block });
        if (this.replicas[next].isUp && id !== next) this.#see(next, { at: heard + this.viewMs * 0.3, kind: 'voteHeard', view, other: id, block: about.block });
      }
      if (this.replicas[next].isUp) {
        this.chain.push(block);
        if (this.chain.length > 60) this.chain.shift();
        this.#advance(up, clock + this.viewMs * 0.8, next, about);
        this.clock += this.viewMs;
        return;
      }
    }

    const late = clock + TIMEOUT;
    const collector = up.find((id) => id === (next + (this.replicas[next].isUp ? 0 : 1)) % n) ?? up[0];
    for (const id of up) {
      this.#see(id, { at: late + id, kind: 'timedOut', view });
      this.#see(id, { at: late + id, kind: 'complained', view, other: collector });
      this.replicas[id].timeouts++;
      if (id !== collector) this.#see(collector, { at: late + 5 + id, kind: 'complaintHeard', view, other: id });
    }
    this.#see(collector, { at: late + 9, kind: 'gaveUp', view });
    this.view++;
    for (const id of up) this.#enter(id, late + (id === collector ? 9 : 12 + id), 'viewChanged');
    this.clock = late + 20;
  }

  #advance(up, at, next, about) {
    this.#see(next, { at, kind: 'certified', view: about.view, block: about.block });
    this.view++;
    for (const id of up) {
      const when = id === next ? at : at + this.viewMs * 0.5;
      this.#enter(id, when, 'entered');
      const replica = this.replicas[id];
      const committed = this.chain[this.chain.length - 3];
      const locked = this.chain[this.chain.length - 2];
      if (locked) this.#see(id, { at: when, kind: 'locked', view: locked.view, block: locked.id.slice(0, 8) });
      if (committed) {
        Object.assign(replica, { committed: committed.height, locked: committed.view, commands: replica.commands + 5, blocks: replica.blocks + 1 });
        this.#see(id, { at: when, kind: 'committed', view: committed.view, block: committed.id.slice(0, 8), height: committed.height, count: 5 });
      }
    }
  }

  #enter(id, at, kind) {
    Object.assign(this.replicas[id], { view: this.view, leader: this.leader });
    this.#see(id, { at, kind, view: this.view, other: this.leader });
  }

  #see(id, occurrence) {
    this.replicas[id].pending.push({ other: null, block: null, parent: null, height: null, count: 0, phase: null, ...occurrence });
  }

  #sendFrame(replica, now) {
    const due = replica.pending.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    replica.pending = replica.pending.filter(({ at }) => at > now);
    const rare = due.filter(({ kind }) => RARE.has(kind));
    const usual = due.filter(({ kind }) => !RARE.has(kind));
    const kept = [...rare.slice(-MOST / 2), ...usual.slice(-MOST / 2)].sort((a, b) => a.at - b.at);
    const shown = due.findLast(({ kind }) => kind === 'entered' || kind === 'viewChanged' || kind === 'started');
    Object.assign(replica, { shownView: shown?.view ?? replica.shownView ?? replica.view, shownLeader: shown?.other ?? replica.shownLeader ?? replica.leader });
    this.#send('frame', {
      replica: replica.id, sequence: replica.sequence++, at: now, span: TICK, view: replica.shownView, leader: replica.shownLeader, committed: replica.committed,
      lockedView: replica.locked, highQcView: Math.max(0, replica.shownView - 1), pending: 0, timeouts: replica.timeouts, commands: replica.commands, blocks: replica.blocks,
      refused: 0, evidence: 0, peers: this.n - 1, paused: replica.isPaused === true, occurrences: kept, omitted: due.length - kept.length,
    });
  }

  #node() {
    const replica = this.replicas[0];
    return {
      id: 0, view: replica.view, leader: replica.leader, height: replica.committed, committed: replica.committed, lockedView: replica.locked, highQcView: replica.view - 1, peers: 3, pending: 0,
      timeouts: replica.timeouts, commands: replica.commands, blocks: replica.blocks, version: '0.1.0', uptimeS: 83, cpuS: 4.2, rssMb: 91, checkpoint: 1000, oldest: 500, evidence: 1, paused: false,
      ready: true, members: this.replicas.map(({ id, isUp }) => `akka.tcp://ops@127.0.0.1:405${3 + id} | [replica, r${id}] | up | ${isUp ? 'reachable' : 'unreachable'} | 0.1.0`), refusals: { stale: 12, conflictingProposal: 1 },
    };
  }

  #blocks() {
    const last = this.chain.length - 1;
    return this.chain.slice(1).map((block, i) => ({
      ...block, proposer: block.view % this.n, commands: 5, bytes: 420, state: i + 1 > last - 1 ? 'proposed' : i + 1 === last - 1 ? 'certified' : i + 1 === last - 2 ? 'locked' : 'committed',
    })).reverse().slice(0, 24);
  }

  #send(event, data) {
    for (const client of this.clients) client.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  async #answer(request, response) {
    const { pathname } = new URL(request.url, 'http://fake');
    const json = (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (pathname === '/api/v1/feed') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).flushHeaders();
      this.clients.add(response);
      response.on('close', () => this.clients.delete(response));
    } else if (pathname === '/api/v1/cluster') {
      json({ chain: 'fa4ec0ffee'.padEnd(64, '0'), protocol: 'chained', signatures: 'ed25519', leaders: 'round-robin', self: 0, n: this.n, f: (this.n - 1) / 3 | 0, quorum: this.n - ((this.n - 1) / 3 | 0), replicas: this.replicas.map(({ id }) => ({ id, host: '127.0.0.1', ports: {} })) });
    } else if (pathname === '/api/v1/evidence') {
      json([{ culprit: 3, view: 17, kind: 'two votes', text: 'r3 voted for two blocks in view 17' }]);
    } else {
      await this.#serve(pathname === '/' ? 'index.html' : pathname.slice(1), response);
    }
  }

  async #serve(name, response) {
    try {
      const body = await readFile(new URL(name, FILES));
      response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'text/plain', 'content-security-policy': "default-src 'self'" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  }
}

function hash(text) {
  return createHash('sha256').update(text).digest('hex');
}
