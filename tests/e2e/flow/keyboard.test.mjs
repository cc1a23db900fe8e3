// One release by keyboard alone: compared, ruled on, swapped in, cleaned up; and what can be pressed is reached and seen.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openTab } from '../browser.mjs';
import { Clone, Demo, ask, until } from '../demo.mjs';

let demo, clone, browser, service;

before(async () => {
  demo = await Demo.start({ speed: 60 });
  clone = await Clone.of(demo);
  browser = await openBrowser();
  service = demo.outputs.ConsoleServiceName;
});

after(async () => {
  await browser?.close();
  await clone?.remove();
  await demo?.stop();
});

/** Walks with Tab until it is round, and gives what cannot be reached or has no ring when it is. */
async function walk(tab) {
  const pressable = await tab.evaluate(() => {
    const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')];
    const shown = all.filter((it) => it.checkVisibility({ visibilityProperty: true }) && !it.disabled && it.tabIndex >= 0 && !it.closest('dialog:not([open]), [role="table"]'));
    shown.forEach((it, index) => (it.dataset.walked = String(index)));
    document.activeElement?.blur();
    return shown.length;
  });
  const [reached, unseen] = [new Set(), []];
  for (let step = 0; step < pressable * 2 + 20 && reached.size < pressable; step += 1) {
    await tab.keyboard.press('Tab');
    const here = await tab.evaluate(() => {
      const it = document.activeElement;
      const style = getComputedStyle(it);
      const box = it.getBoundingClientRect();
      const isSeen = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
      const isHere = box.bottom > 0 && box.top < innerHeight && box.width > 0;
      return { number: it.dataset?.walked, name: it.textContent.trim().slice(0, 40) || it.getAttribute('aria-label'), isSeen, isHere, isPage: it === document.body };
    });
    if (here.number !== undefined) reached.add(here.number);
    if (!here.isPage && !(here.isSeen && here.isHere)) unseen.push(here.name);
  }
  const missed = await tab.evaluate((reached) => [...document.querySelectorAll('[data-walked]')].filter((it) => !reached.includes(it.dataset.walked)).map((it) => it.textContent.trim().slice(0, 40) || it.getAttribute('aria-label')), [...reached]);
  return { missed, unseen };
}

test('a release is carried from the push to the clean-up without a mouse', { timeout: 400_000 }, async () => {
  const tab = await openTab(browser, demo, { person: 'operator-1', path: `/s/${service}` });
  const commit = await clone.paint('#9c9');
  await until('green answers', async () => (await ask(demo.outputs.AlbTestUrl)).text.includes(commit.slice(0, 7)), 240);
  await until('the gate opens', () => tab.getByRole('button', { name: 'Approve swap', exact: true }).isEnabled(), 120);
  await demo.clock({ rate: 1 });

  await tab.keyboard.press('g');
  await tab.keyboard.press('c');
  await tab.getByRole('heading', { level: 1, name: 'Compare' }).waitFor();
  await until('the sentinel has compared', async () => /\d differences? open/i.test(await tab.locator('.verdict__line').first().innerText({ timeout: 1_000 })), 60);
  await tab.locator('.findings__title').first().waitFor();
  await tab.keyboard.press('i');
  const dialog = tab.getByRole('dialog');
  await dialog.waitFor();
  await tab.keyboard.type('It is what this release is for.');
  await tab.keyboard.press('Tab');
  await tab.keyboard.press('Tab');
  await tab.keyboard.press('Enter');
  await until('the finding is ruled', async () => /1 ruled/.test(await tab.locator('.verdict__line').first().innerText()), 20);
  await dialog.waitFor({ state: 'hidden' });

  await tab.keyboard.press('g');
  await tab.keyboard.press('r');
  await tab.getByRole('button', { name: 'Approve swap', exact: true }).waitFor();
  await tab.keyboard.press('a');
  await dialog.waitFor();
  await tab.keyboard.press('Enter');
  await demo.clock({ rate: 60 });
  await until('production answers with the new commit', async () => (await ask(demo.outputs.AlbProdUrl)).text.includes(commit.slice(0, 7)), 120);

  await until('the second gate opens', () => tab.getByRole('button', { name: 'Approve clean-up', exact: true }).isEnabled(), 120);
  await demo.clock({ rate: 1 });
  // After the swap blue has no door: that is said, and is no failure.
  await tab.keyboard.press('g');
  await tab.keyboard.press('c');
  await tab.getByText('no port leads to blue any more').first().waitFor();
  assert.equal(await tab.getByRole('button', { name: 'Run suite', exact: true }).isEnabled(), false);
  await tab.keyboard.press('g');
  await tab.keyboard.press('r');
  await tab.getByRole('button', { name: 'Approve clean-up', exact: true }).waitFor();
  await tab.keyboard.press('a');
  await dialog.waitFor();
  await tab.keyboard.press('Enter');
  await demo.clock({ rate: 60 });
  await until('the test port closes', async () => (await ask(demo.outputs.AlbTestUrl)).status === 400, 120);
  assert.deepEqual(tab.complaints, []);
});

test('Tab reaches everything that can be pressed, in sight and with a ring around it', { timeout: 120_000 }, async () => {
  for (const path of ['', '/compare?run=1', '/compare?run=1&probe=home&look=source', '/compare?suite=shop', '/machines']) {
    const tab = await openTab(browser, demo, { person: 'operator-1', path: `/s/${service}${path}` });
    await tab.getByRole('heading', { level: 1 }).waitFor();
    await until('it is drawn', async () => (await tab.locator('.skeleton').count()) === 0, 20);
    assert.deepEqual(await walk(tab), { missed: [], unseen: [] }, path);
    const keys = await tab.locator('[aria-keyshortcuts]').evaluateAll((all) => all.map((it) => it.getAttribute('aria-keyshortcuts')));
    assert.deepEqual(keys.filter((it, index) => keys.indexOf(it) !== index), [], `one key has two meanings on ${path}`);
    await tab.context().close();
  }
});
