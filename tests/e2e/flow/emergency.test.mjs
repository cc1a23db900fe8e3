// What stands behind a gate starts by a vote. In an emergency an operator starts it with a reason, and everybody sees it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openTab, violations } from '../browser.mjs';
import { Clone, Demo, ask, until } from '../demo.mjs';

let demo, clone, browser, service, swap;

before(async () => {
  demo = await Demo.start({ speed: 60 });
  clone = await Clone.of(demo);
  browser = await openBrowser();
  service = demo.outputs.ConsoleServiceName;
  swap = Object.keys(demo.outputs.StateMachineArns).find((name) => /swap/.test(name));
});

after(async () => {
  await browser?.close();
  await clone?.remove();
  await demo?.stop();
});

const machine = (name) => `/s/${service}/machines?machine=${encodeURIComponent(name)}`;

test('without a release there is nothing to start around a gate', { timeout: 60_000 }, async () => {
  const tab = await openTab(browser, demo, { person: 'operator-1', path: machine(swap) });
  const start = tab.getByRole('button', { name: 'Start in an emergency' });
  await start.waitFor();
  assert.equal(await start.isEnabled(), false);
  assert.equal(await tab.getByRole('button', { name: 'Start execution' }).count(), 0);
  await tab.context().close();
});

test('an emergency takes an operator with a reason, and is told above everything else', { timeout: 300_000 }, async () => {
  const watcher = await openTab(browser, demo, { person: 'approver-1', path: `/s/${service}` });
  const commit = await clone.paint('#9c9');
  await until('the gate opens', () => watcher.getByRole('button', { name: 'Approve swap' }).isEnabled(), 180);

  const developer = await openTab(browser, demo, { person: 'developer-1', path: machine(swap) });
  const forbidden = developer.getByRole('button', { name: 'Start in an emergency' });
  await forbidden.waitFor();
  assert.equal(await forbidden.isEnabled(), false);
  await developer.context().close();

  const tab = await openTab(browser, demo, { person: 'operator-1', path: machine(swap) });
  await tab.getByRole('button', { name: 'Start in an emergency' }).click();
  const dialog = tab.getByRole('dialog');
  const confirm = dialog.getByRole('button', { name: 'Start in an emergency' });
  await until('the input has its example', async () => (await dialog.getByRole('group', { name: 'Input', exact: true }).getByRole('textbox').count()) > 1);
  assert.equal(await confirm.isEnabled(), false, 'there is no reason yet');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('the shop is down');
  await dialog.getByText(/goes around approve swap: nobody has voted/i).waitFor();
  assert.deepEqual(await violations(tab), []);
  await confirm.click();
  await until('production answers with the new commit', async () => (await ask(demo.outputs.AlbProdUrl)).text.includes(commit.slice(0, 7)), 120);

  const banner = watcher.getByRole('list', { name: 'Warnings' });
  await banner.getByText(/emergency: operator-1 .*around approve swap.*the shop is down/i).waitFor();
  const entry = watcher.getByRole('list', { name: 'Journal' }).getByRole('listitem').filter({ hasText: 'the shop is down' });
  await until('the entry is marked', async () => /emergency\s+operator-1 started/i.test(await entry.first().innerText()), 10);
  assert.deepEqual(await violations(watcher), []);
  await watcher.reload();
  await banner.getByText(/emergency: operator-1/i).waitFor();
  assert.deepEqual([...tab.complaints, ...watcher.complaints], []);
});

test('the release goes on by its gates after an emergency', { timeout: 240_000 }, async () => {
  const tab = await openTab(browser, demo, { person: 'approver-1', path: `/s/${service}` });
  for (const gate of ['Approve swap', 'Approve clean-up']) {
    const approve = tab.getByRole('button', { name: gate });
    await until(`${gate} is open`, () => approve.isEnabled(), 180);
    await approve.click();
    await tab.getByRole('dialog').getByRole('button', { name: gate }).click();
  }
  await until('the test port closes', async () => (await ask(demo.outputs.AlbTestUrl)).status === 400, 120);
  assert.equal((await ask(demo.outputs.AlbProdUrl)).status, 200);
});
