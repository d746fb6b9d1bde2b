import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Starts a browser; answers why there is none as text. */
export async function launch() {
  if (!existsSync(CHROMIUM)) return `no browser at ${CHROMIUM} (apt-get install chromium, or set CHROMIUM)`;
  let playwright;
  try {
    playwright = createRequire(import.meta.url)('playwright-core');
  } catch {
    return 'playwright-core is not installed (npm ci in tests/browser)';
  }
  return playwright.chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

/**
 * Opens a page, does something with it, and sees that nothing went wrong in it.
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 * @param {object} options of the page, and `forgives`: what errors may say
 * @param {(page: import('playwright-core').Page) => Promise<void>} body
 */
export async function visit(browser, url, { forgives = /^$/, ...options }, body) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error.stack)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !forgives.test(message.text())) errors.push(message.text());
  });
  try {
    await page.goto(url);
    await body(page);
    assert.deepEqual(errors, []);
  } finally {
    await page.close();
  }
}

/** Waits until the page's text says something, and answers what it said then. */
export async function says(page, selector, pattern, timeout = 10_000) {
  const said = ([where, source]) => {
    const { textContent } = document.querySelector(where);
    return new RegExp(source).test(textContent) ? textContent : null;
  };
  try {
    return await (await page.waitForFunction(said, [selector, pattern.source], { timeout, polling: 50 })).jsonValue();
  } catch {
    throw new Error(`${selector} does not say ${pattern} within ${timeout} ms, but: ${await page.textContent(selector)}`);
  }
}
