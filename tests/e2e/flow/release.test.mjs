// One release, from push to clean-up, as a person sees it, with customers asking production all the while.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openTab } from '../browser.mjs';
import { Clone, Demo, ask, customers, until } from '../demo.mjs';

let demo, clone, browser, load;

before(async () => {
  demo = await Demo.start({ speed: 30 });
  clone = await Clone.of(demo);
  browser = await openBrowser();
});

after(async () => {
  await load?.stop();
  await browser?.close();
  await clone?.remove();
  await demo?.stop();
});

const release = () => `/s/${demo.outputs.ConsoleServiceName}`;
const rail = (tab) => tab.getByRole('region', { name: 'Pipeline' });

test('a push becomes green, is swapped in and cleaned up, and production never wavers', { timeout: 300_000 }, async () => {
  const { AlbProdUrl: production, AlbTestUrl: green } = demo.outputs;
  const first = await ask(production);
  assert.equal(first.status, 200);
  assert.match(first.text, /background-color: #99c/);

  load = customers(production, 12);
  const tab = await openTab(browser, demo, { path: release() });
  const other = await openTab(browser, demo, { person: 'viewer-1', path: release() });
  const commit = await clone.paint('#9c9');
  const short = commit.slice(0, 7);

  await rail(tab).getByText('Approve swap').waitFor();
  await tab.getByRole('heading', { name: 'change background color' }).waitFor({ timeout: 60_000 });
  const approve = tab.getByRole('button', { name: 'Approve swap' });
  await until('the gate opens', () => approve.isEnabled(), 120);

  const onTest = await ask(green);
  assert.equal(onTest.status, 200);
  assert.match(onTest.text, new RegExp(commit.slice(0, 7)));
  assert.match(onTest.text, /background-color: #9c9/);
  assert.match((await ask(production)).text, /background-color: #99c/);
  assert.equal(await other.getByRole('button', { name: 'Approve swap' }).isEnabled(), false, 'a viewer cannot approve');

  await approve.click();
  const dialog = tab.getByRole('dialog');
  await dialog.getByText(new RegExp(`will send 100% to green \\(${short}\\)`)).waitFor();
  await dialog.getByRole('textbox', { name: /comment/i }).fill('checked on both phones');
  await dialog.getByRole('button', { name: 'Approve swap' }).click();

  await until('production answers with the new commit', async () => (await ask(production)).text.includes(short), 90);
  await tab.getByText('checked on both phones').first().waitFor();
  await other.getByText('checked on both phones').first().waitFor({ timeout: 2_000 });

  const cleanUp = tab.getByRole('button', { name: 'Approve clean-up' });
  await until('the second gate opens', () => cleanUp.isEnabled(), 90);
  await cleanUp.click();
  await tab.getByRole('dialog').getByRole('button', { name: 'Approve clean-up' }).click();

  const closed = await until('the test port closes', async () => {
    const answer = await ask(green);
    return answer.status === 400 && answer;
  }, 90);
  assert.equal(closed.text.trim(), 'Test environment is closed.');
  await until('one task set is left', async () => (await demo.taskSets()).length === 1, 120);
  await until('a thousand requests were sent', () => load.sent() >= 1_000, 120);
  const counts = await load.stop();
  assert.deepEqual(Object.keys(counts), ['200'], `production answered ${JSON.stringify(counts)}`);
  assert.deepEqual(tab.complaints, []);
});
