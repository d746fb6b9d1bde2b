import { byId, element, setText } from './element.js';
import { duration, nameOf, number } from './words.js';

const MOST_EVENTS = 30;

/** The tables: what the lanes show, in words and numbers, and what the node says of itself. */
export class Tables {
  /**
   * @param {import('./history.js').History} history
   * @param {import('./narration.js').Narration} narration
   * @param {import('./player.js').Player} player
   */
  constructor(history, narration, player) {
    Object.assign(this, { history, narration, player });
    this.shown = new Map();
  }

  update() {
    const { head } = this.player;
    this.#fill('replicas', this.history.lanes.map((lane) => replicaRow(lane, head)));
    const { items } = this.narration.sentences;
    const last = this.narration.sentences.countTo(head);
    const told = items.slice(Math.max(0, last - MOST_EVENTS), last).reverse();
    this.#keep('events', told.map(({ at, text }) => [this.player.isLive ? timeOfDay(at) : `${at.toFixed(1)} ms`, text]), ([when, text]) =>
      element('li', {}, element('span', { class: 'when' }, when), ` ${text}`));
  }

  /** @param {object[]} evidence */
  showEvidence(evidence) {
    byId('no-evidence').hidden = evidence.length > 0;
    this.#fill('evidence', evidence.map(({ culprit, view, kind, text }) => [typeof culprit === 'number' ? nameOf(culprit) : culprit, view, kind, text]));
  }

  /** @param {object} node */
  showNode(node) {
    this.#keep('members', node.members ?? [], (member) => element('li', {}, member));
    const refusals = Object.entries(node.refusals ?? {}).filter(([, count]) => count > 0);
    byId('no-refusals').hidden = refusals.length > 0;
    this.#fill('refusals', refusals.sort((a, b) => b[1] - a[1]));
    this.#fill('facts', [
      ['version', node.version],
      ['up for', duration(node.uptimeS * 1000)],
      ['processor time', duration(node.cpuS * 1000)],
      ['memory', `${number(node.rssMb)} MB`],
      ['peers proven', node.peers],
      ['commands waiting', number(node.pending)],
      ['views given up', number(node.timeouts)],
      ['commands executed', number(node.commands)],
      ['blocks committed', number(node.blocks)],
      ['locked view', number(node.lockedView)],
      ['highest certified view', number(node.highQcView)],
      ['certified snapshot', node.checkpoint ? `height ${number(node.checkpoint)}` : 'none'],
      ['oldest block kept', `height ${number(node.oldest ?? 0)}`],
      ['ready', node.ready ? 'yes' : 'no'],
    ]);
    setText(byId('node-name'), nameOf(Number(String(node.id).replace(/^r/, ''))));
  }

  #fill(id, rows) {
    this.#keep(id, rows, ([first, ...rest]) => element('tr', {}, element('th', { scope: 'row' }, String(first ?? '')), ...rest.map((cell) => element('td', {}, String(cell ?? '')))));
  }

  /** Builds a list again only when it says something else than before. */
  #keep(id, items, build) {
    const now = JSON.stringify(items);
    if (this.shown.get(id) === now) return;
    this.shown.set(id, now);
    byId(id).replaceChildren(...items.map(build));
  }
}

/** @param {number} at milliseconds since 1970 */
function timeOfDay(at) {
  const time = new Date(at);
  const two = (value) => String(value).padStart(2, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${Math.floor(time.getMilliseconds() / 100)}`;
}

function replicaRow(lane, at) {
  const frame = lane.frames.lastTo(at);
  if (!frame) return [lane.name, 'not heard yet', '', '', '', '', '', ''];
  const outage = lane.outageAt(at);
  const { view, leader } = lane.viewAt(at) ?? frame;
  return [
    lane.name,
    outage ? outage.kind : leader === lane.id ? 'leads' : 'follows',
    number(view),
    nameOf(leader),
    number(frame.committed),
    number(frame.lockedView),
    number(frame.highQcView),
    number(frame.timeouts),
  ];
}

/** @param {object[]} blocks as the node lists them @returns {import('./blocks.js').Block[]} */
export function fromNode(blocks) {
  const replica = (value) => (typeof value === 'number' || value == null ? value : Number(String(value).replace(/^r/, '')));
  return blocks.map((block) => ({ ...block, id: block.id.slice(0, 8), parent: block.parent ? block.parent.slice(0, 8) : null, proposer: replica(block.proposer) }));
}

