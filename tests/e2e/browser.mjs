// A real Chromium, and what every test does with a page of the console.

import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');

const QUIET = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** Chromium on a busy machine now and then crashes before it has started, which says nothing of the page: once more. */
export async function openBrowser() {
  const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: QUIET });
  try {
    return await launch();
  } catch (error) {
    if (!/has been closed|SIGSEGV/.test(error.message)) throw error;
    return launch();
  }
}

export const WIDE = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** A tab signed in as somebody, on a page of the console. Errors of the page are kept in `tab.complaints`. */
export async function openTab(browser, demo, { person = 'approver-1', path = '/', theme = 'light', size = WIDE } = {}) {
  const context = await browser.newContext({ viewport: size, colorScheme: theme, reducedMotion: 'reduce' });
  const signIn = await context.request.post(new URL('/api/session', demo.outputs.ConsoleUrl).href, {
    data: { name: person },
    headers: { origin: new URL(demo.outputs.ConsoleUrl).origin },
  });
  if (!signIn.ok()) throw new Error(`signing in as ${person} answers ${signIn.status()}: ${await signIn.text()}`);
  const tab = await context.newPage();
  tab.complaints = [];
  tab.on('pageerror', (error) => tab.complaints.push(String(error)));
  tab.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource|ERR_CONNECTION|ERR_INCOMPLETE/.test(message.text())) {
      tab.complaints.push(message.text());
    }
  });
  await tab.goto(new URL(path, demo.outputs.ConsoleUrl).href);
  return tab;
}

/** What axe finds on the page, a line each. */
export async function violations(tab) {
  await tab.evaluate(axe);
  const found = await tab.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return found.violations.map((it) => `${it.id}: ${it.help} (${it.nodes.map((node) => node.target.join(' ')).slice(0, 3).join('; ')})`);
}
