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
 * Opens a page and collects what goes wrong in it.
 * @returns {Promise<{page: import('playwright-core').Page, errors: string[]}>}
 */
export async function open(browser, url, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error.stack)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  await page.goto(url);
  return { page, errors };
}

/** Waits until the page's text says something, and answers it. */
export async function says(page, selector, pattern, timeout = 10_000) {
  try {
    await page.waitForFunction(([where, source]) => new RegExp(source).test(document.querySelector(where).textContent), [selector, pattern.source], { timeout, polling: 50 });
  } catch {
    throw new Error(`${selector} does not say ${pattern} within ${timeout} ms, but: ${await page.textContent(selector)}`);
  }
  return page.textContent(selector);
}
