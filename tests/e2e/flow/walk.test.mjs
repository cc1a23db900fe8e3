// Somebody who presses whatever there is: links, buttons, keys, Back and Forward, over all pages, while a release
// moves and while nothing does. Whatever is pressed, the page goes on. VIRIDIAN_SEED walks another way.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openTab } from '../browser.mjs';
import { Clone, Demo, ask, until } from '../demo.mjs';

const STEPS = 500;
const SEED = Number(process.env.VIRIDIAN_SEED ?? 20_261_130);
const KEYS = ['g s', 'g r', 'g c', 'g m', '?', 'Control+k', 'Escape', 'Enter', 'Tab', 'ArrowDown', 'j', 'k', 'n', 'p', '/', 't', '1', '2', '3', '4', '5', 'x', 'a', 'b', 'd', 'e', 'r', 'i'];

let browser;

before(async () => {
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
});

/** Numbers from 0 to 1, the same ones for a seed. */
function numbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Presses one of the controls on screen, chosen by a number; says which. */
function press(tab, number) {
  return tab.evaluate((number) => {
    const scope = document.querySelector('dialog[open]') ?? document;
    const all = [...scope.querySelectorAll('a[href], button, summary, select, input, textarea, [role="option"]')];
    const shown = all.filter((it) => {
      const isHere = !(it.tagName === 'A' && (it.target || it.origin !== location.origin || it.hasAttribute('download')));
      return isHere && it.checkVisibility({ visibilityProperty: true }) && (scope !== document || !it.closest('dialog'));
    });
    const it = shown[Math.floor(number * shown.length)];
    if (!it) return 'nothing';
    const name = `${it.tagName.toLowerCase()} “${(it.getAttribute('aria-label') ?? it.textContent ?? '').trim().slice(0, 40)}”`;
    if (it.tagName === 'SELECT') {
      it.selectedIndex = Math.floor(number * 1_000) % it.options.length;
      it.dispatchEvent(new Event('change', { bubbles: true }));
    } else if (it.matches('textarea, input:not([type="radio"], [type="checkbox"])')) {
      it.value = `${it.value.slice(0, 60)}${Math.floor(number * 10_000) % 10}`;
      it.dispatchEvent(new Event('input', { bubbles: true }));
    } else {
      it.click();
    }
    return name;
  }, number);
}

async function step(tab, random) {
  const what = random();
  if (what < 0.6) return press(tab, random());
  if (what < 0.8) {
    const keys = KEYS[Math.floor(random() * KEYS.length)];
    for (const key of keys.split(' ')) await tab.keyboard.press(key);
    return `key ${keys}`;
  }
  const goes = what < 0.93 ? 'back' : 'forward';
  await tab.evaluate((goes) => history[goes](), goes);
  return goes;
}

/** Visits the page again. A Back or Forward that is still on its way may take the visit's place. */
function comeBack(tab, start) {
  return until('the page is there again', async () => {
    await tab.goto(start).catch(() => {});
    return tab.locator('#main').waitFor({ timeout: 5_000 }).then(() => true, () => false);
  }, 60);
}

/** Walks, and stops at the first step after which the page has stopped or complained. */
async function walk(tab, start, seed) {
  const random = numbers(seed);
  const steps = [];
  let leftHome = 0;
  for (let number = 0; number < STEPS; number += 1) {
    steps.push(await step(tab, random).catch((error) => `lost: ${String(error).split('\n')[0]}`));
    await tab.waitForTimeout(random() < 0.2 ? 120 : 15);
    const state = await tab.evaluate(() => ({ url: location.href, hasStopped: Boolean(document.getElementById('fault')), stands: Boolean(document.getElementById('main')) })).catch(() => undefined);
    const told = `step ${number} of seed ${seed} at ${state?.url}: ${steps.slice(-12).join(' → ')}`;
    assert.ok(!state?.hasStopped, `The page has stopped. ${told}\n${tab.complaints.join('\n')}`);
    assert.deepEqual(tab.complaints, [], told);
    // Back beyond the first page leaves the console; Escape and Enter alone do not lead on.
    if (!state?.stands || !state.url.startsWith(new URL(start).origin)) {
      leftHome += 1;
      await comeBack(tab, start);
    }
  }
  assert.ok(leftHome < STEPS / 4, `it was outside of the console ${leftHome} times`);
}

/** The page answers: what is pressed last still does what it says. */
async function stillAnswers(tab, start) {
  await tab.goto(start);
  await tab.getByRole('heading', { level: 1 }).first().waitFor();
  await tab.keyboard.press('g');
  await tab.keyboard.press('s');
  await tab.getByRole('heading', { level: 1, name: 'Services', exact: true }).waitFor();
  assert.deepEqual(tab.complaints, []);
}

test('five hundred presses while a release moves', { timeout: 240_000 }, async () => {
  const demo = await Demo.start({ speed: 60 });
  const clone = await Clone.of(demo);
  try {
    const tab = await openTab(browser, demo, { person: 'operator-1', path: `/s/${demo.outputs.ConsoleServiceName}` });
    await clone.paint('#9c9');
    const start = tab.url();
    await walk(tab, start, SEED);
    await tab.context().close();
    const fresh = await openTab(browser, demo, { person: 'operator-1', path: `/s/${demo.outputs.ConsoleServiceName}` });
    await stillAnswers(fresh, start);
    await fresh.context().close();
  } finally {
    await clone.remove();
    await demo.stop();
  }
});

test('five hundred presses while green stands and nothing moves', { timeout: 420_000 }, async () => {
  const demo = await Demo.start({ speed: 60 });
  const clone = await Clone.of(demo);
  try {
    const commit = await clone.paint('#9c9');
    await until('green answers', async () => (await ask(demo.outputs.AlbTestUrl)).text.includes(commit.slice(0, 7)), 240);
    const tab = await openTab(browser, demo, { person: 'viewer-1', path: `/s/${demo.outputs.ConsoleServiceName}/compare` });
    await tab.locator('.probes__table a').first().waitFor({ timeout: 90_000 });
    await demo.clock({ rate: 1 });
    await walk(tab, tab.url(), SEED + 1);
    await stillAnswers(tab, tab.url());
    await tab.context().close();
  } finally {
    await clone.remove();
    await demo.stop();
  }
});
