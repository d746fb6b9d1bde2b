import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { launch, open, says } from './browser.mjs';
import { hotstuff, shoot } from './surroundings.mjs';

const browser = await launch();
const skip = typeof browser === 'string' ? browser : false;
const directory = mkdtempSync(join(tmpdir(), 'hotstuff-page-'));
const file = join(directory, 'view-change.html');
const url = pathToFileURL(file).href;

before(() => {
  if (!skip) execFileSync(hotstuff, ['simulate', '--protocol', 'chained', '--scenario', 'view-change', '--page', file]);
});

after(async () => {
  if (!skip) await browser.close();
  rmSync(directory, { recursive: true });
});

/** Sets the slider, as somebody does who drags it. */
const seek = (page, at) => page.$eval('#time', (slider, value) => {
  slider.value = String(value);
  slider.dispatchEvent(new Event('input'));
}, at);

test('a view change is told in words while it plays, from the file alone', { skip }, async () => {
  const { page, errors } = await open(browser, url);
  await says(page, '#caption', /r1 crashes/);
  await page.keyboard.press('v');
  const told = await says(page, '#caption', /^r1 led view 1 and was down\. After 250 ms r0, r2 and r3 complained; r2 collected 3 complaints into a timeout certificate and leads view 2\.$/, 20_000);
  assert.equal(await says(page, '#voice', /timeout certificate/), told);
  assert.deepEqual(errors, []);
  await page.close();
});

test('the arrow keys step from mark to mark, and each is explained', { skip }, async () => {
  const { page, errors } = await open(browser, url);
  await page.keyboard.press('Space');
  await seek(page, 249);
  await page.keyboard.press('ArrowRight');
  await says(page, '#caption', /^The timer of r0 for view 1 runs out/);
  await page.keyboard.press('ArrowRight');
  await says(page, '#caption', /^r0 complains about view 1 to r2\.$/);
  await says(page, '#tooltip', /complains.*I give up this view/s);
  await page.keyboard.press('ArrowLeft');
  await says(page, '#caption', /^The timer of r0 for view 1 runs out/);
  await page.keyboard.press('End');
  await says(page, '#moment', /^(\S+ ms) of \1$/);
  await page.keyboard.press('Home');
  await says(page, '#moment', /^0\.00 ms of/);
  assert.deepEqual(errors, []);
  await page.close();
});

test('chain, replicas and figures are those of the moment that is shown', { skip }, async () => {
  const { page, errors } = await open(browser, url);
  await page.keyboard.press('Space');
  await seek(page, 500);
  await says(page, '#replicas', /r1crashed/);
  await says(page, '#view', /^4$/);
  const states = await page.$$eval('#chain-rows tr', (rows) => rows.map((row) => row.children[4].textContent));
  assert.deepEqual(states, ['proposed', 'certified', 'locked']);
  await page.keyboard.press('End');
  await says(page, '#replicas', /r1follows|r1leads/);
  assert.ok((await page.$$eval('#chain-rows tr', (rows) => rows.filter((row) => row.children[4].textContent === 'committed').length)) > 5);
  assert.deepEqual(errors, []);
  await page.close();
});

test('every control can be reached by the keyboard and has a name', { skip }, async () => {
  const { page, errors } = await open(browser, url);
  const reached = new Set();
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    reached.add(await page.evaluate(() => document.activeElement.id));
  }

  for (const control of ['theme', 'lanes', 'play', 'back', 'next', 'speed', 'nearer', 'farther', 'change', 'time']) assert.ok(reached.has(control), control);
  const unnamed = await page.$$eval('button, select, input, canvas[role]', (all) => all.filter((one) => !one.hidden && !one.getAttribute('aria-label') && !one.textContent.trim() && !one.labels?.length).map((one) => one.outerHTML));
  assert.deepEqual(unnamed, []);
  assert.deepEqual(errors, []);
  await page.close();
});

test('the seeds of the simulator play to their end without an error', { skip }, async () => {
  for (const args of [['--protocol', 'basic', '--seed', '42'], ['--replicas', '16', '--protocol', 'hotstuff2', '--seed', '7'], ['--twins', '--seed', '120000']]) {
    execFileSync(hotstuff, ['simulate', ...args, '--page', join(directory, 'seed.html')]);
    const { page, errors } = await open(browser, pathToFileURL(join(directory, 'seed.html')).href);
    await page.selectOption('#speed', '10');
    await says(page, '#moment', /^(\S+ ms) of \1$/, 20_000);
    assert.deepEqual(errors, []);
    await page.close();
  }
});

test('pictures: light and dark, wide and narrow, and none is wider than the window', { skip }, async () => {
  for (const [name, width, height, colorScheme] of [['light', 1280, 800, 'light'], ['dark', 1280, 800, 'dark'], ['narrow-light', 420, 900, 'light'], ['narrow-dark', 420, 900, 'dark'], ['4k', 3840, 2160, 'dark']]) {
    const { page, errors } = await open(browser, url, { viewport: { width, height }, colorScheme });
    await page.keyboard.press('Space');
    await seek(page, 320);
    await says(page, '#caption', /timeout certificate/);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), name);
    await shoot(page, `replay-${name}`);
    assert.deepEqual(errors, []);
    await page.close();
  }
});

test('without motion the picture moves in steps', { skip }, async () => {
  const { page, errors } = await open(browser, url, { reducedMotion: 'reduce' });
  await says(page, '#play', /^Play$/);
  assert.deepEqual(errors, []);
  await page.close();
});
