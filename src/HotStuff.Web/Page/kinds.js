import { inPhase, many, nameOf, short } from './words.js';

/**
 * One thing that a replica did or that happened to it. `at` is in milliseconds on the page's time line.
 * @typedef {object} Occurrence
 * @property {number} at
 * @property {string} kind one of {@link kinds}
 * @property {number} replica whose
 * @property {number} view
 * @property {?number} other
 * @property {?string} block
 * @property {?string} parent
 * @property {?number} height
 * @property {number} count
 * @property {?string} phase
 */

/**
 * How a kind of occurrence is shown.
 * @typedef {object} Kind
 * @property {string} title its name in the legend
 * @property {string} lesson what it is, for somebody who has never seen the protocol
 * @property {(o: Occurrence) => string} tell what happened, in one sentence
 * @property {number} row where in a lane: 0 what the replica says, 1 what it hears, 2 certificates, 3 what it holds for good
 * @property {number} rank 0 the bustle of ordinary views, 1 worth a mark among many, 2 trouble, never left out
 */

/** @param {Occurrence} o */
const load = (o) => (o.count > 0 ? `with ${many(o.count, 'command')}` : 'without commands');

/** All kinds of occurrences, by the name they have in frames; in the order in which the legend teaches them. @type {Record<string, Kind>} */
export const kinds = {
  entered: {
    title: 'enters a view',
    lesson: 'A view is a round with one leader. The certificate of the view before opens it: nobody moves on without one.',
    tell: (o) => `${nameOf(o.replica)} enters view ${o.view}, which ${nameOf(o.other)} leads: a quorum has certified the block of view ${o.view - 1}.`,
    row: 0,
    rank: 0,
  },
  proposed: {
    title: 'proposes',
    lesson: 'The leader puts the commands that wait into a block on top of the highest certified one, and sends it to all.',
    tell: (o) => `${nameOf(o.replica)} leads view ${o.view} and proposes block ${short(o.block)} ${load(o)}, on top of ${short(o.parent)}.`,
    row: 0,
    rank: 1,
  },
  proposalHeard: {
    title: 'hears a proposal',
    lesson: 'The proposal arrives. The replica checks leader, certificate and parent before it votes.',
    tell: (o) => `The proposal of ${nameOf(o.other)} for view ${o.view} reaches ${nameOf(o.replica)}: block ${short(o.block)} ${load(o)}.`,
    row: 1,
    rank: 0,
  },
  voted: {
    title: 'votes',
    lesson: 'A signed yes to the block, once in each view, sent to the leader of the next view. The vote is on disk before it leaves.',
    tell: (o) => `${nameOf(o.replica)} sends its ${inPhase(o.phase)}vote for block ${short(o.block)} of view ${o.view} to ${nameOf(o.other)}.`,
    row: 0,
    rank: 0,
  },
  voteHeard: {
    title: 'hears a vote',
    lesson: 'A vote arrives at the leader that collects them.',
    tell: (o) => `The ${inPhase(o.phase)}vote of ${nameOf(o.other)} for view ${o.view} reaches ${nameOf(o.replica)}.`,
    row: 1,
    rank: 0,
  },
  certified: {
    title: 'forms a quorum certificate (QC)',
    lesson: 'Votes of a quorum, n-f of n, become one proof. Two quorums share an honest replica, so no other block of this view can get one.',
    tell: (o) => `${nameOf(o.replica)} has a quorum's ${inPhase(o.phase)}votes and combines them: the ${inPhase(o.phase)}certificate of block ${short(o.block)}, view ${o.view}.`,
    row: 2,
    rank: 1,
  },
  locked: {
    title: 'locks',
    lesson: 'From now on the replica votes for nothing that contradicts this block, unless a later certificate shows that a quorum did not lock it.',
    tell: (o) => `${nameOf(o.replica)} locks block ${short(o.block)} of view ${o.view}: it votes for nothing that contradicts it.`,
    row: 3,
    rank: 0,
  },
  committed: {
    title: 'commits',
    lesson: 'The certificates in a row above the block prove that no quorum can ever choose another. Its commands run, for good.',
    tell: (o) => `${nameOf(o.replica)} commits block ${short(o.block)} of view ${o.view} and all below it, ${many(o.count, 'command')} in all: for good.`,
    row: 3,
    rank: 1,
  },
  timedOut: {
    title: 'runs out of patience',
    lesson: 'The view lasted too long. The replica stops voting in it. Timers only ever cost time: safety does not depend on them.',
    tell: (o) => `The timer of ${nameOf(o.replica)} for view ${o.view} runs out: no certificate came.`,
    row: 0,
    rank: 2,
  },
  complained: {
    title: 'complains',
    lesson: 'A signed "I give up this view", with the highest certificate the replica knows, sent to the leader of the next view.',
    tell: (o) => `${nameOf(o.replica)} complains about view ${o.view} to ${nameOf(o.other)}.`,
    row: 0,
    rank: 2,
  },
  complaintHeard: {
    title: 'hears a complaint',
    lesson: 'One complaint could be a liar\'s. After f+1 of them an honest replica must be among them, and who hears them complains too.',
    tell: (o) => `The complaint of ${nameOf(o.other)} about view ${o.view} reaches ${nameOf(o.replica)}.`,
    row: 1,
    rank: 1,
  },
  gaveUp: {
    title: 'forms a timeout certificate (TC)',
    lesson: 'Complaints of a quorum become one proof that the view is over. Whoever holds it may go on, and shows it to all.',
    tell: (o) => `${nameOf(o.replica)} has a quorum's complaints and combines them: the timeout certificate of view ${o.view}.`,
    row: 2,
    rank: 2,
  },
  viewChanged: {
    title: 'changes the view',
    lesson: 'With a timeout certificate the replica leaves the view that failed, and follows the next leader.',
    tell: (o) => `${nameOf(o.replica)} gives up view ${o.view - 1} by its timeout certificate and enters view ${o.view}, which ${nameOf(o.other)} leads.`,
    row: 0,
    rank: 2,
  },
  started: {
    title: 'starts',
    lesson: 'The replica starts from its disk: what it has signed, and what is locked and committed, is there.',
    tell: (o) => `${nameOf(o.replica)} starts in view ${o.view}.`,
    row: 0,
    rank: 2,
  },
  refused: {
    title: 'refuses',
    lesson: 'An input was stale, false or not allowed, and was dropped. Late messages do that all the time.',
    tell: (o) => `${nameOf(o.replica)} does not accept something of view ${o.view}${o.other == null ? '' : ` from ${nameOf(o.other)}`}.`,
    row: 1,
    rank: 0,
  },
  accused: {
    title: 'holds evidence',
    lesson: 'Two signatures that contradict each other: proof, for everybody, that a replica is Byzantine.',
    tell: (o) => `${nameOf(o.replica)} holds proof that ${nameOf(o.other)} contradicted itself in view ${o.view}.`,
    row: 2,
    rank: 2,
  },
};
