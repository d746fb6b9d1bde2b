import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { launch, says, visit } from './browser.mjs';
import { hotstuff, shoot } from './surroundings.mjs';

const BASE = Number(process.env.BASE_PORT ?? 24500);
const HTTP = BASE + 300;
/** The replica that serves the page. */
const SERVER = 0;
/** What a browser says of a node that is gone. */
const gone = /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|503/;

const browser = await launch();
const skip = typeof browser === 'string' ? browser : false;
const directory = mkdtempSync(join(tmpdir(), 'hotstuff-cluster-'));
/** Starts the replicas that do not run. */
const up = (...options) => execFileSync(hotstuff, ['up', '--dir', directory, ...options]);
let load;

/** Ends a replica as an operator does, and tells when its process was gone. */
async function kill(id) {
  const pid = Number(readFileSync(join(directory, `replica-${id}.pid`), 'utf8').split(' ')[0]);
  spawn(hotstuff, ['pbm', `127.0.0.1:${BASE + 400 + id}`, 'hotstuff', 'kill'], { stdio: 'ignore' });
  for (let i = 0; i < 4000 && runs(pid); i++) await setTimeout(5);
  return Date.now();
}

/** Whether a process runs: one that was killed is in the table of processes until somebody has waited for it. */
function runs(pid) {
  try {
    return !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

before(() => {
  if (skip) return;
  up('--replicas', '4', '--base-port', String(BASE), '--durability', 'os');
  load = spawn(hotstuff, ['bench', '--genesis', join(directory, 'genesis.json'), '--outstanding', '8', '--warmup', '0', '--duration', '600'], { stdio: 'ignore' });
});

after(async () => {
  if (!skip) {
    load.kill('SIGINT');
    await browser.close();
    execFileSync(hotstuff, ['down', '--dir', directory]);
  }

  rmSync(directory, { recursive: true });
});

test('a killed leader: the page names the silent replica and tells the view change, and the node that serves it may be restarted', { skip, timeout: 240_000 }, async (context) => {
  await visit(browser, `http://127.0.0.1:${HTTP + SERVER}/`, { colorScheme: 'dark', forgives: gone }, async (page) => {
    await says(page, '#state', /^live/, 30_000);
    await says(page, '#caption', /views pass in a second/, 30_000);
    await page.waitForTimeout(6_000);
    await shoot(page, 'live-busy');
    // What is told of an earlier hiccup of the machine must not be taken for what the kill brings.
    await page.waitForSelector('#caption:not(.trouble)', { timeout: 60_000 });
    const leader = await leaderOtherThan(page, SERVER);
    const killing = kill(leader);
    const trouble = await says(page, '#caption', /has waited|in the complaints|has fallen silent|complained/, 20_000);
    const toldTrouble = Date.now();
    const change = await says(page, '#caption', new RegExp(`^r${leader} led .* complained; r\\d collected 3 complaints into a timeout certificate`), 20_000);
    const toldChange = Date.now();
    const killed = await killing;
    context.diagnostic(`trouble is told ${toldTrouble - killed} ms after the kill: ${trouble}`);
    context.diagnostic(`the view change ${toldChange - killed} ms after it: ${change}`);
    await says(page, '#state', new RegExp(`r${leader} silent`), 20_000);
    await page.waitForTimeout(2_000);
    await shoot(page, 'live-dark');
    await page.keyboard.press('v');
    await says(page, '#caption', /complained; r\d collected/, 20_000);
    await page.waitForTimeout(1_000);
    await page.keyboard.press('Space');
    await shoot(page, 'live-slowly');
    await page.keyboard.press('l');
    up();
    await says(page, '#state', /^live$/, 60_000);
    await kill(SERVER);
    await says(page, '#state', /^reconnecting/, 20_000);
    up();
    await says(page, '#state', /^live$/, 60_000);
    await says(page, '#facts', /ready/);
    // It joins the operators' cluster some seconds after it serves.
    await says(page, '#members', /akka\.tcp/, 30_000);
  });
});

/** Who leads now, but not the one that serves the page. */
async function leaderOtherThan(page, server) {
  for (let i = 0; i < 200; i++) {
    const leader = Number((await page.textContent('#leader')).slice(1));
    if (Number.isInteger(leader) && leader !== server) return leader;
    await page.waitForTimeout(20);
  }

  throw new Error(`r${server} leads all the time`);
}
