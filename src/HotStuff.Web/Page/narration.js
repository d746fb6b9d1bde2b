import { Timeline } from './timeline.js';
import { duration, inPhase, list, many, nameOf, short } from './words.js';

const SENTENCES = 2_000;
const VIEWS = 500;
/** A view that lasted longer began at rest: its timers did not run from its beginning. In milliseconds. */
const RESTED = 30_000;

/** How much a sentence matters: ordinary views, what is worth stopping at, trouble and its end. */
export const ROUTINE = 0;
export const NOTABLE = 1;
export const TROUBLE = 2;

/** @typedef {{at: number, weight: number, text: string}} Sentence */
/** @typedef {{at: number, from: number, to: number, view: number, next: number}} Change a view that failed, from when it began to when the next one did; `to` is infinite while nobody has moved on */

const WHY_COMMITTED = {
  chained: 'three blocks of views in a row are certified',
  hotstuff2: 'two blocks of views in a row are certified',
  basic: 'it has a commit certificate',
};

/** Puts what happens into plain words, from occurrences in the order of time. */
export class Narration {
  /** @param {import('./history.js').History} history */
  constructor(history) {
    this.history = history;
    /** @type {Timeline<Sentence>} */
    this.sentences = new Timeline(SENTENCES);
    /** @type {Timeline<Change>} */
    this.changes = new Timeline(200);
    this.views = new Map();
    this.height = -1;
    this.recovering = null;
    this.accused = new Set();
  }

  /**
   * The sentence for a moment: the latest one, but one that matters more holds its place for a while.
   * @param {number} at
   * @param {number} hold for how long, in milliseconds of the time line
   * @returns {?Sentence}
   */
  at(at, hold) {
    let best = null;
    for (let i = this.sentences.countTo(at) - 1; i >= 0; i--) {
      const sentence = this.sentences.items[i];
      if (best && at - sentence.at > hold) break;
      if (!best || sentence.weight > best.weight) best = sentence;
    }
    return best;
  }

  /** @param {import('./history.js').Note} note */
  note(note) {
    const lane = this.history.byId.get(note.replica);
    const says = lane && !note.text.startsWith(lane.name) ? `${lane.name} ${note.text}` : note.text;
    this.#say(note.at, note.kind === 'client' ? ROUTINE : TROUBLE, says.endsWith('.') ? says : `${says}.`);
  }

  /** @param {import('./kinds.js').Occurrence} o */
  occurrence(o) {
    const view = this.#view(o.view);
    const who = nameOf(o.replica);
    switch (o.kind) {
      case 'entered':
      case 'started':
        this.#enter(view, o);
        break;
      case 'viewChanged':
        this.#changeView(view, o);
        break;
      case 'proposed':
        view.proposed = true;
        view.leader ??= o.replica;
        this.#say(o.at, ROUTINE, `${who} leads view ${o.view} and proposes block ${short(o.block)} ${o.count > 0 ? `with ${many(o.count, 'command')}` : 'without commands, so that the blocks below it can commit'}.`);
        break;
      case 'voted':
        view.collector = o.other;
        break;
      case 'certified':
        this.#certify(view, o);
        break;
      case 'timedOut':
        this.#timeOut(view, o);
        break;
      case 'complained':
        if (!view.complained.includes(o.replica)) view.complained.push(o.replica);
        break;
      case 'gaveUp':
        view.certifier ??= o.replica;
        break;
      case 'committed':
        this.#commit(o);
        break;
      case 'accused':
        if (this.accused.has(o.other)) break;
        this.accused.add(o.other);
        this.#say(o.at, TROUBLE, `${who} holds proof that ${nameOf(o.other)} contradicted itself in view ${o.view}: two signatures that no honest replica gives.`);
        break;
      default:
    }
  }

  #enter(view, o) {
    view.leader ??= o.other;
    view.since ??= o.at;
  }

  #timeOut(view, o) {
    if (view.timedOut !== undefined) return;
    view.timedOut = o.at;
    this.changes.add({ at: o.at, from: view.since ?? o.at, to: Infinity, view: view.number, next: view.number + 1 });
    const waited = waitedFor(view, o.at) ?? 'too long';
    this.#say(o.at, TROUBLE, `${nameOf(o.replica)} has waited ${waited} in view ${view.number}: ${this.#suspicion(view)}. It stops voting, and complains to the next leader.`);
  }

  /** Who did not do what: the leader of the view, or the one of the next that was to collect its votes. */
  #suspicion(view) {
    if (!view.proposed) return `${view.leader == null ? 'its leader' : nameOf(view.leader)} proposes nothing`;
    return view.collector == null ? 'its block has no certificate' : `its votes went to ${nameOf(view.collector)}, which leads the next view, and no certificate came back`;
  }

  #certify(view, o) {
    if (view.timedOut === undefined || this.#view(o.view + 1).changed) {
      this.#say(o.at, ROUTINE, `${nameOf(o.replica)} has ${this.#quorum()} ${inPhase(o.phase)}votes for block ${short(o.block)} of view ${o.view}, and combines them into a ${inPhase(o.phase) || 'quorum '}certificate.`);
      return;
    }
    // The complaints carry the last votes of those who complain (docs/protocol.md, modification 3).
    const open = this.changes.items.findLast((change) => change.view === view.number);
    if (open) open.to = Math.min(open.to, o.at);
    const instead = view.collector == null || view.collector === o.replica ? '' : ` that ${nameOf(view.collector)} did not`;
    this.#say(o.at, TROUBLE, `${nameOf(o.replica)} finds ${this.#quorum()} votes of view ${o.view} in the complaints, and forms the certificate${instead}: view ${o.view + 1} begins${instead ? `, led by ${nameOf(view.collector)}` : ''}.`);
  }

  #changeView(view, o) {
    this.#enter(view, o);
    if (view.changed) return;
    view.changed = true;
    const failed = this.#view(o.view - 1);
    const open = this.changes.items.findLast((change) => change.view === failed.number);
    if (open) open.to = Math.min(open.to, o.at);
    else this.changes.add({ at: o.at, from: failed.since ?? o.at, to: o.at, view: failed.number, next: o.view });
    this.recovering ??= { since: failed.since ?? o.at, view: failed.number };
    this.#say(o.at, TROUBLE, this.#tellChange(failed, view, o));
  }

  #tellChange(failed, view, o) {
    const leader = failed.leader == null ? null : nameOf(failed.leader);
    const failure = leader ? `${leader} led view ${failed.number} and ${this.#failure(failed, o.at)}.` : `View ${failed.number} brought no certificate.`;
    const waited = waitedFor(failed, failed.timedOut ?? o.at);
    const complainers = failed.complained.length > 0 ? list(failed.complained.toSorted((a, b) => a - b).map(nameOf)) : 'a quorum';
    const next = nameOf(view.leader ?? o.other);
    const certifier = failed.certifier == null ? null : nameOf(failed.certifier);
    const collected = `collected ${this.#quorum()} complaints into a timeout certificate`;
    const end = certifier === next ? `${next} ${collected} and leads view ${view.number}` : `${certifier ?? 'somebody'} ${collected}; ${next} leads view ${view.number}`;
    return `${failure} ${waited ? `After ${waited} ` : ''}${complainers} complained; ${end}.`;
  }

  #failure(failed, at) {
    const outage = this.history.byId.get(failed.leader)?.outageAt(at);
    if (outage?.kind === 'crashed') return failed.proposed ? 'crashed before its block was certified' : 'was down';
    if (outage?.kind === 'paused') return 'was paused';
    if (!failed.proposed) return 'fell silent';
    return `its block got no certificate${failed.collector == null ? '' : `: its votes went to ${nameOf(failed.collector)}`}`;
  }

  #commit(o) {
    if (o.height == null || o.height <= this.height) return;
    this.height = o.height;
    const block = `block ${short(o.block)} of view ${o.view}`;
    const { recovering } = this;
    if (recovering && o.view > recovering.view) {
      this.recovering = null;
      this.#say(o.at, TROUBLE, `Commands commit again, ${duration(o.at - recovering.since)} after view ${recovering.view} began: ${nameOf(o.replica)} commits ${block}.`);
    } else if (o.count > 0) {
      this.#say(o.at, NOTABLE, `${nameOf(o.replica)} commits ${block}, ${many(o.count, 'command')}, for good: ${WHY_COMMITTED[this.history.cluster.protocol] ?? 'a quorum stands behind it'}.`);
    }
  }

  #quorum() {
    return this.history.cluster.quorum;
  }

  #view(number) {
    let view = this.views.get(number);
    if (!view) {
      view = { number, leader: undefined, since: undefined, proposed: false, complained: [], certifier: undefined, collector: undefined, timedOut: undefined, changed: false };
      this.views.set(number, view);
      if (this.views.size > VIEWS) this.views.delete(this.views.keys().next().value);
    }
    return view;
  }

  #say(at, weight, text) {
    this.sentences.add({ at, weight, text });
  }
}

/** How long a view had lasted; null when that says nothing. */
function waitedFor({ since }, at) {
  return since === undefined || at - since > RESTED ? null : duration(at - since);
}
