import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, says, visit } from './browser.mjs';
import { FakeNode } from './fakenode.mjs';
import { shoot } from './surroundings.mjs';

const browser = await launch();
const skip = typeof browser === 'string' ? browser : false;
const node = new FakeNode({ viewMs: 50 });

before(async () => {
  if (!skip) await node.start();
});

after(async () => {
  if (skip) return;
  await browser.close();
  await node.stop();
});

const at = () => `http://127.0.0.1:${node.port}/`;

/** What a browser says of a node that is gone. */
const gone = /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/;

test('a view change is told, and the silent replica is named', { skip }, async () => {
  await visit(browser, at(), {}, async (page) => {
    await says(page, '#state', /^live$/);
    await says(page, '#caption', /views pass in a second/);
    const leader = node.leader;
    node.kill(leader);
    await says(page, '#caption', /complained; r\d collected 3 complaints into a timeout certificate/, 3_000);
    await says(page, '#state', new RegExp(`r${leader} silent`));
    await shoot(page, 'live-fake');
    node.revive(leader);
    await says(page, '#state', /^live$/);
    await says(page, '#events', new RegExp(`r${leader} is heard again`));
  });
});

test('the page survives a restart of the node that serves it', { skip }, async () => {
  await visit(browser, at(), { forgives: gone }, async (page) => {
    await says(page, '#state', /^live$/);
    await node.stop();
    await says(page, '#state', /^reconnecting/);
    await node.start();
    await says(page, '#state', /^live$/, 15_000);
    await says(page, '#caption', /views pass in a second/);
  });
});

test('a paused live page goes through what is remembered, and goes live again', { skip }, async () => {
  await visit(browser, at(), {}, async (page) => {
    await says(page, '#caption', /views pass in a second/);
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowLeft');
    await says(page, '#moment', /ago$/);
    await page.waitForSelector('#tooltip', { state: 'visible', timeout: 5_000 });
    await page.keyboard.press('l');
    await says(page, '#moment', /^now$/);
  });
});

test('a page that is hidden lets go of the feed, and takes it up again', { skip }, async () => {
  await visit(browser, at(), {}, async (page) => {
    await says(page, '#state', /^live$/);
    const hide = (hidden) => page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { value, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
    await hide(true);
    await says(page, '#state', /^asleep$/);
    for (let i = 0; i < 60 && node.clients.size > 0; i++) await page.waitForTimeout(50);
    assert.equal(node.clients.size, 0);
    await hide(false);
    await says(page, '#state', /^live$/);
  });
});

test('what is remembered is bounded', { skip }, async () => {
  await visit(browser, at(), {}, async (page) => {
    await says(page, '#state', /^live$/);
    const sizes = await page.evaluate(async () => {
      const { History } = await import('/history.js');
      const { Narration } = await import('/narration.js');
      const { Blocks } = await import('/blocks.js');
      const { Metrics } = await import('/metrics.js');
      const replicas = [0, 1, 2, 3].map((id) => ({ id, name: `r${id}` }));
      const history = new History({ n: 4, f: 1, quorum: 3, protocol: 'chained', replicas });
      const listeners = [new Narration(history), new Blocks(), new Metrics(1000, 600, false)];
      for (const listener of listeners) history.listen(listener);
      const status = { span: 100, leader: 0, committed: 0, lockedView: 0, highQcView: 0, timeouts: 0, commands: 0, omitted: 1, paused: false };
      for (let view = 0; view < 60_000; view++) {
        const occurrences = ['entered', 'proposed', 'timedOut', 'certified', 'committed'].map((kind) => ({ at: 100 * view, kind, view, other: view % 4, block: `${view}`, parent: `${view - 1}`, height: view, count: 1 }));
        history.addFrame({ ...status, at: 100 * view, replica: view % 4, view, occurrences });
        history.settle(100 * view);
      }

      const lanes = history.lanes.map((lane) => [lane.occurrences.items.length, lane.entries.items.length, lane.frames.items.length]);
      return [...lanes.flat(), history.messages.items.length, history.unsettled.items.length, listeners[0].sentences.items.length, listeners[0].views.size, listeners[1].known.size, listeners[2].buckets.size];
  });
  for (const size of sizes) assert.ok(size <= 30_000, String(sizes));
  assert.ok(sizes.reduce((sum, size) => sum + size) < 160_000, String(sizes));
  });
});
