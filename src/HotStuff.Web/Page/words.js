/** @param {number} replica */
export const nameOf = (replica) => `r${replica}`;

/**
 * "r0, r2 and r3".
 * @param {string[]} names
 */
export function list(names) {
  return names.length < 2 ? (names[0] ?? 'nobody') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

/**
 * "1 command", "12 commands".
 * @param {number} count
 * @param {string} what
 */
export function many(count, what) {
  return `${number(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** @param {number} value a whole number, with commas between the thousands */
export function number(value) {
  return Math.round(value).toLocaleString('en-US');
}

/**
 * A duration as people say it: "0.8 ms", "540 ms", "2.4 s", "3 min 20 s".
 * @param {number} ms
 */
export function duration(ms) {
  if (ms < 10) return `${round(ms, 1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${round(ms / 1000, ms < 10_000 ? 2 : 1)} s`;
  const minutes = Math.floor(ms / 60_000);
  return minutes < 60 ? `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * A moment of a run: "512.4 ms" of a simulated one.
 * @param {number} ms
 */
export function moment(ms) {
  return `${ms.toFixed(ms < 100 ? 2 : 1)} ms`;
}

/** @param {?string} block a hash; its first six digits tell blocks apart well enough to talk about them */
export const short = (block) => (block ? block.slice(0, 6) : 'unknown');

function round(value, digits) {
  return Number(value.toFixed(digits));
}

const PHASES = { prepare: 'prepare ', preCommit: 'pre-commit ', commit: 'commit ' };

/**
 * The phase of a vote or certificate, to be put before the word; nothing where the protocol has one phase only.
 * @param {?string} phase
 */
export const inPhase = (phase) => PHASES[phase] ?? '';
