import { STATES } from './blocks.js';
import { compact } from './charts.js';
import { drawn, element } from './element.js';
import { nameOf, short } from './words.js';

const BOX = { width: 106, height: 58, gap: 30, rise: 74 };
const TOP = 16;
const MOST_ROWS = 2;

/** The sign of each state, besides its line and its colour. */
const SIGNS = { proposed: '?', certified: 'QC', locked: 'lock', committed: '✓' };

/** Shows the newest blocks as a chain, with the branches that lost below. */
export class Chain {
  /**
   * @param {HTMLElement} box where the drawing goes
   * @param {HTMLElement} rows where the same goes as rows of a table
   * @param {import('./palette.js').Palette} palette
   */
  constructor(box, rows, palette) {
    this.box = box;
    this.rows = rows;
    this.palette = palette;
    this.shown = '';
  }

  /** @param {import('./blocks.js').Block[]} blocks the highest first */
  show(blocks) {
    const now = JSON.stringify([blocks.map((block) => [block.id, block.state, block.parent, block.proposer, block.commands, block.height]), this.palette.isDark]);
    if (now === this.shown) return;
    this.shown = now;
    const places = place(blocks);
    const atEnd = this.box.scrollLeft + this.box.clientWidth >= this.box.scrollWidth - BOX.width;
    this.box.replaceChildren(this.#draw(places));
    if (atEnd) this.box.scrollLeft = this.box.scrollWidth;
    this.rows.replaceChildren(...blocks.map(row));
  }

  #draw(places) {
    const columns = Math.max(1, ...places.map(({ column }) => column + 1));
    const width = columns * (BOX.width + BOX.gap) + BOX.gap;
    const height = TOP + MOST_ROWS * BOX.rise;
    const svg = drawn('svg', { width, height, viewBox: `0 0 ${width} ${height}`, class: 'chain', 'aria-hidden': 'true' });
    const at = new Map(places.map((one) => [one.block.id, one]));
    for (const one of places) svg.append(...this.#link(one, at.get(one.block.parent)));
    for (const one of places) svg.append(this.#block(one));
    return svg;
  }

  #link(child, parent) {
    const end = corner(child);
    const y = end.y + BOX.height / 2;
    if (!parent) return [drawn('line', { x1: end.x - 16, y1: y, x2: end.x, y2: y, class: 'link faint' })];
    const start = corner(parent);
    const fromY = start.y + BOX.height / 2;
    const fromX = start.x + BOX.width;
    const path = drawn('path', { d: `M ${end.x} ${y} C ${end.x - 22} ${y}, ${fromX + 22} ${fromY}, ${fromX + 6} ${fromY}`, class: 'link' });
    const head = drawn('path', { d: `M ${fromX} ${fromY} l 7 -4 v 8 z`, class: 'link-head' });
    const skipped = child.block.view - parent.block.view - 1;
    if (skipped <= 0) return [path, head];
    const text = drawn('text', { x: (fromX + end.x) / 2 + 2, y: Math.min(y, fromY) - BOX.height / 2 - 2, class: 'skipped', 'text-anchor': 'middle' }, skipped === 1 ? `no ${child.block.view - 1}` : `${skipped} failed`);
    return [path, head, text];
  }

  #block(one) {
    const { x, y } = corner(one);
    const { block } = one;
    const group = drawn('g', { class: `block ${block.state}`, transform: `translate(${x} ${y})` });
    const colour = block.proposer == null ? 'none' : this.palette.leader(block.proposer);
    group.append(
      drawn('title', {}, describe(block)),
      drawn('rect', { width: BOX.width, height: BOX.height, rx: 7, class: 'body' }),
      drawn('rect', { width: 6, height: BOX.height - 14, x: 6, y: 7, rx: 3, fill: colour }),
      drawn('text', { x: 18, y: 18, class: 'strong' }, `view ${block.view}`),
      drawn('text', { x: 18, y: 34 }, `${block.proposer == null ? '' : nameOf(block.proposer)} ${short(block.id)}`),
      drawn('text', { x: 18, y: 49 }, load(block)),
      drawn('text', { x: BOX.width - 8, y: 49, 'text-anchor': 'end', class: 'sign' }, SIGNS[block.state] ?? ''),
    );
    return group;
  }
}

/** What the legend shows of the states. @returns {HTMLElement[]} */
export function stateKeys() {
  const lessons = {
    proposed: 'a leader wants it: nothing is sure',
    certified: 'a quorum voted for it: no other block of its view can be',
    locked: 'the replica votes for nothing against it',
    committed: 'for good: its commands have run',
  };
  return STATES.map((state) => element('li', {}, element('span', { class: `key ${state}` }, SIGNS[state]), element('span', {}, element('b', {}, state), `: ${lessons[state]}`)));
}

/** Puts each block into the column of its height and the row of its branch; the branch that goes on is above. */
function place(blocks) {
  const byId = new Map(blocks.map((block) => [block.id, block]));
  const rank = (block) => STATES.indexOf(block.state);
  const tip = blocks.toSorted((a, b) => b.height - a.height || rank(b) - rank(a) || b.view - a.view)[0];
  const main = new Set();
  for (let block = tip; block && !main.has(block.id); block = byId.get(block.parent)) main.add(block.id);
  const heights = [...new Set(blocks.map((block) => block.height))].sort((a, b) => a - b);
  return heights.flatMap((height, column) =>
    blocks
      .filter((block) => block.height === height)
      .sort((a, b) => main.has(b.id) - main.has(a.id) || rank(b) - rank(a) || a.view - b.view)
      .slice(0, MOST_ROWS)
      .map((block, row) => ({ block, column, row })));
}

function load({ commands }) {
  if (commands === null) return '';
  return commands === 0 ? 'empty' : `${compact(commands)} cmd`;
}

function corner({ column, row }) {
  return { x: BOX.gap + column * (BOX.width + BOX.gap), y: TOP + row * BOX.rise };
}

function describe(block) {
  return `Block ${block.id}, ${block.state}: view ${block.view}, height ${block.height}, proposed by ${block.proposer == null ? 'unknown' : nameOf(block.proposer)}, ${block.commands ?? 'unknown'} commands, parent ${short(block.parent)}`;
}

function row(block) {
  const cells = [block.height, block.view, block.proposer == null ? '' : nameOf(block.proposer), block.commands ?? '', block.state, short(block.id), short(block.parent)];
  return element('tr', {}, ...cells.map((cell) => element('td', {}, String(cell))));
}
