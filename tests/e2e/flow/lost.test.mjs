// What is kept when the server is killed, and what the page says meanwhile.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openTab } from '../browser.mjs';
import { Clone, Demo, ask, until } from '../demo.mjs';

let demo, clone, browser;

before(async () => {
  demo = await Demo.start({ speed: 60 });
  clone = await Clone.of(demo);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await clone?.remove();
  await demo?.stop();
});

test('a killed server loses nothing, and the page recovers by itself and says so', { timeout: 300_000 }, async () => {
  const service = demo.outputs.ConsoleServiceName;
  const tab = await openTab(browser, demo, { person: 'operator-1', path: `/s/${service}` });
  const commit = await clone.paint('#9c9');
  const gate = tab.getByRole('button', { name: 'Approve swap', exact: true });
  await until('the gate opens', () => gate.isEnabled(), 180);
  const entries = async () => {
    const answer = await tab.request.get(new URL(`/api/services/${service}/journal`, demo.outputs.ConsoleUrl).href);
    return (await answer.json()).entries;
  };
  const before = await entries();

  await demo.kill();
  await tab.getByText(/lost|reconnecting/i).first().waitFor({ timeout: 30_000 });
  await demo.restart();
  await tab.getByText('Live', { exact: true }).first().waitFor({ timeout: 30_000 });
  const kept = (await entries()).map((entry) => entry.digest);
  assert.ok(before.every((entry) => kept.includes(entry.digest)), 'an entry of the journal is gone');
  await until('green answers again', async () => (await ask(demo.outputs.AlbTestUrl)).text.includes(commit.slice(0, 7)), 60);

  await until('the gate is still open', () => gate.isEnabled(), 60);
  await gate.click();
  await tab.getByRole('dialog').getByRole('button', { name: 'Approve swap', exact: true }).click();
  await until('production answers with the new commit', async () => (await ask(demo.outputs.AlbProdUrl)).text.includes(commit.slice(0, 7)), 120);
  assert.deepEqual(tab.complaints.filter((it) => !/stream|fetch|network/i.test(it)), []);
});
