import { Timeline } from './timeline.js';

const OCCURRENCES = 80_000;
const FRAMES = 3_000;
const MESSAGES = 30_000;
const RARE = 400;

/** @typedef {{id: number, name: string}} Member */
/** @typedef {{chain: string, protocol: string, signatures: string, leaders: string, n: number, f: number, quorum: number, self: ?number, replicas: Member[]}} Cluster */
/** @typedef {{at: number, view: number, leader: ?number, kind: string, views?: number}} Entry from then on the replica is in the view; kind `many`: in views of which only the number is known */
/** @typedef {{at: number, from: number, to: number, heard: ?number, kind: string, view: number, text: ?string}} Message a message sent at `at`; never heard: lost */
/** @typedef {{at: number, replica: ?number, kind: string, text: string}} Note */
/** @typedef {{from: number, to: number, kind: 'crashed'|'silent'|'paused'}} Outage `to` is infinite while it lasts */

/** What one replica did, as far as it is remembered. */
class Lane {
  constructor(id, name, share) {
    this.id = id;
    this.name = name;
    /** @type {Timeline<import('./kinds.js').Occurrence>} */
    this.occurrences = new Timeline(share);
    /** @type {Timeline<Entry>} */
    this.entries = new Timeline(share >> 1);
    this.frames = new Timeline(FRAMES);
    /** @type {Outage[]} */
    this.outages = [];
  }

  /**
   * The view that it was in at a time, and the leader of that; undefined before it was heard.
   * @param {number} at
   * @returns {{view: number, leader: number}|undefined}
   */
  viewAt(at) {
    const { items } = this.entries;
    for (let i = this.entries.countTo(at) - 1; i >= 0; i--) if (items[i].kind !== 'many') return items[i];
    return undefined;
  }

  /** The outage that lasts. @returns {Outage|undefined} */
  get outage() {
    const last = this.outages[this.outages.length - 1];
    return last && last.to === Infinity ? last : undefined;
  }

  /** @param {number} at */
  outageAt(at) {
    return this.outages.findLast((outage) => outage.from <= at && at < outage.to);
  }

  /** @param {number} at @param {Outage['kind']} kind */
  falls(at, kind) {
    if (this.outage) return;
    this.outages.push({ from: at, to: Infinity, kind });
    if (this.outages.length > RARE) this.outages.shift();
  }

  /** @param {number} at */
  rises(at) {
    const { outage } = this;
    if (outage) outage.to = Math.max(at, outage.from);
  }
}

/**
 * What is known of all replicas: the model that everything on the page shows. Frames of different replicas come in any order; listeners get occurrences and notes in the order of time, when
 * {@link settle} says that nothing earlier will come.
 */
export class History {
  /** @param {Cluster} cluster */
  constructor(cluster) {
    this.cluster = cluster;
    const share = Math.max(1000, Math.floor(OCCURRENCES / cluster.replicas.length));
    /** @type {Map<number, Lane>} */
    this.byId = new Map(cluster.replicas.map(({ id, name }) => [id, new Lane(id, name, share)]));
    this.lanes = [...this.byId.values()];
    /** @type {Timeline<Message>} */
    this.messages = new Timeline(MESSAGES);
    /** @type {Timeline<Note>} */
    this.notes = new Timeline(RARE);
    this.unsettled = new Timeline(OCCURRENCES);
    /** @type {Array<{occurrence?: Function, note?: Function, frame?: Function}>} */
    this.listeners = [];
    this.begin = Infinity;
    this.end = -Infinity;
    this.changes = 0;
  }

  /** @param {{occurrence?: (o: import('./kinds.js').Occurrence) => void, note?: (n: Note) => void, frame?: (f: object) => void}} listener */
  listen(listener) {
    this.listeners.push(listener);
  }

  /**
   * Adds what a replica did in a moment.
   * @param {object} frame a FeedFrame
   * @param {number} shift what its times are behind the page's, in milliseconds
   */
  addFrame(frame, shift = 0) {
    const lane = this.byId.get(frame.replica);
    if (!lane) return;
    const at = frame.at + shift;
    const before = lane.frames.newest;
    if (lane.outage?.kind === 'silent') this.addNote({ at: at - frame.span, replica: lane.id, kind: 'return', text: `${lane.name} is heard again.` });
    if (!frame.paused || lane.outage?.kind !== 'paused') lane.rises(at - frame.span);
    if (frame.paused) lane.falls(at, 'paused');
    const views = before ? Math.max(0, frame.view - before.view) : 0;
    // Only the newest of many views are in the frame.
    if (frame.omitted > 0) lane.entries.add({ at: at - frame.span, view: frame.view, leader: null, kind: 'many', views });
    for (const one of frame.occurrences) this.#addOccurrence(lane, { ...one, at: one.at + shift, replica: frame.replica });
    // Where the entry was left out, the frame's end says which view is the latest.
    if (lane.entries.newest?.view !== frame.view) lane.entries.add({ at, view: frame.view, leader: frame.leader, kind: 'entered' });
    const kept = { ...frame, at, views, occurrences: frame.occurrences.length };
    lane.frames.add(kept);
    for (const listener of this.listeners) listener.frame?.(kept);
    this.#reach(at - frame.span, at);
  }

  /** @param {Note} note */
  addNote(note) {
    this.notes.add(note);
    this.unsettled.add(note);
    const lane = this.byId.get(note.replica);
    if (lane && note.kind === 'crash') lane.falls(note.at, 'crashed');
    if (lane && note.kind === 'start') lane.rises(note.at);
    this.#reach(note.at, note.at);
  }

  /** @param {Message} message */
  addMessage(message) {
    this.messages.add(message);
  }

  /**
   * Tells the listeners what happened up to a time; nothing earlier is to come.
   * @param {number} until
   */
  settle(until) {
    const settled = this.unsettled.items.splice(0, this.unsettled.countTo(until));
    for (const one of settled) {
      for (const listener of this.listeners) {
        if ('view' in one) listener.occurrence?.(one);
        else listener.note?.(one);
      }
    }
  }

  /**
   * Says which replicas have been silent since their last frame.
   * @param {number} now
   * @param {number} patience how long a silence is none yet, in milliseconds
   */
  hearSilence(now, patience) {
    for (const lane of this.lanes) {
      const last = lane.frames.newest;
      if (!last || lane.outage || now - last.at < patience) continue;
      lane.falls(last.at, 'silent');
      this.addNote({ at: last.at, replica: lane.id, kind: 'silence', text: `${lane.name} has fallen silent.` });
    }
  }

  /** All occurrences in the order of time: for going through them one by one. */
  inOrder() {
    return this.lanes.flatMap((lane) => lane.occurrences.items).sort((one, other) => one.at - other.at);
  }

  #addOccurrence(lane, occurrence) {
    lane.occurrences.add(occurrence);
    this.unsettled.add(occurrence);
    const { kind } = occurrence;
    if (kind === 'entered' || kind === 'viewChanged' || kind === 'started') {
      lane.entries.add({ at: occurrence.at, view: occurrence.view, leader: occurrence.other ?? occurrence.view % this.cluster.n, kind });
    }
  }

  #reach(from, to) {
    this.begin = Math.min(this.begin, from);
    this.end = Math.max(this.end, to);
    this.changes++;
  }
}
