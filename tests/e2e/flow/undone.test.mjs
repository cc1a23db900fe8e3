// Releases that do not end well: a green that never turns healthy, a rejected swap, a gate that nobody answers.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openTab } from '../browser.mjs';
import { Clone, Demo, ask, customers, until } from '../demo.mjs';

let demo, clone, browser, tab, load;

before(async () => {
  demo = await Demo.start({ speed: 60 });
  clone = await Clone.of(demo);
  browser = await openBrowser();
  tab = await openTab(browser, demo, { person: 'operator-1', path: `/s/${demo.outputs.ConsoleServiceName}` });
  load = customers(demo.outputs.AlbProdUrl, 5);
});

after(async () => {
  await load?.stop();
  await browser?.close();
  await clone?.remove();
  await demo?.stop();
});

const rail = () => tab.getByRole('region', { name: 'Pipeline' });
const button = (name) => tab.getByRole('button', { name, exact: true });
const confirm = (name) => tab.getByRole('dialog').getByRole('button', { name, exact: true }).click();
const greenAnswers = (commit) => async () => (await ask(demo.outputs.AlbTestUrl)).text.includes(commit.slice(0, 7));

test('a green that never turns healthy undoes itself, and the next good push succeeds', { timeout: 300_000 }, async () => {
  const before = await ask(demo.outputs.AlbProdUrl);
  await clone.git('rm', '-q', '-r', '--cached', '.').then(() => clone.git('add', '.'));
  const health = (await clone.git('ls-files')).split('\n').find((name) => /^health/.test(name));
  await clone.git('mv', health, `not-${health.replace('/', '-')}`);
  await clone.push('break the health path');
  await until('the step fails', async () => (await rail().getByText(/failed/i).count()) > 0, 180);
  await rail().getByText(/check of \/health found: .*404/i).first().waitFor();
  await until('green is gone', async () => (await demo.taskSets()).length === 1, 120);
  assert.equal((await ask(demo.outputs.AlbTestUrl)).status, 400);
  assert.equal((await ask(demo.outputs.AlbProdUrl)).text, before.text);

  await clone.git('revert', '--no-edit', 'HEAD');
  const commit = await clone.paint('#9c9');
  await until('the next push becomes green', greenAnswers(commit), 180);
});

test('a rejected swap leaves production alone, and green can be abandoned', { timeout: 300_000 }, async () => {
  const before = await ask(demo.outputs.AlbProdUrl);
  await until('the gate opens', () => button('Reject').isEnabled(), 120);
  await button('Reject').click();
  const dialog = tab.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /comment/i }).fill('the header is broken');
  await confirm('Reject');
  await rail().getByText(/rejected/i).first().waitFor();
  await tab.getByText('the header is broken').first().waitFor();
  assert.equal((await ask(demo.outputs.AlbProdUrl)).text, before.text);

  await until('abandoning is offered', () => button('Abandon green').isEnabled(), 60);
  await button('Abandon green').click();
  await dialog.getByRole('textbox', { name: /reason/i }).fill('the header is broken');
  await confirm('Abandon green');
  await until('green is gone', async () => (await demo.taskSets()).length === 1, 120);
  assert.equal((await ask(demo.outputs.AlbTestUrl)).status, 400);

  const commit = await clone.paint('#cc9');
  await until('the next push becomes green', greenAnswers(commit), 180);
});

test('a gate that nobody answers in time reads as expired, not as rejected', { timeout: 300_000 }, async () => {
  await until('the gate opens', () => button('Approve swap').isEnabled(), 120);
  await demo.clock({ advance_seconds: 7 * 86_400 + 60 });
  await rail().getByText(/expired/i).first().waitFor({ timeout: 60_000 });
  assert.equal(await rail().getByText(/rejected/i).count(), 0);
  const counts = await load.stop();
  assert.deepEqual(Object.keys(counts), ['200'], `production answered ${JSON.stringify(counts)}`);
  assert.deepEqual(tab.complaints, []);
});
