// A release that was taken back: what it is called, what it does not offer any more, and how it is ended.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openTab } from '../browser.mjs';
import { Clone, Demo, ask, until } from '../demo.mjs';

let demo, clone, browser, tab, service;

before(async () => {
  demo = await Demo.start({ speed: 60 });
  clone = await Clone.of(demo);
  browser = await openBrowser();
  service = demo.outputs.ConsoleServiceName;
  tab = await openTab(browser, demo, { person: 'operator-1', path: `/s/${service}` });
});

after(async () => {
  await browser?.close();
  await clone?.remove();
  await demo?.stop();
});

const button = (name) => tab.getByRole('button', { name, exact: true });
const api = (path) => new URL(`/api/services/${service}${path}`, demo.outputs.ConsoleUrl).href;
const present = async () => (await (await tab.request.get(api(''))).json()).pipeline.value;

async function confirm(name) {
  await button(name).first().click();
  await tab.getByRole('dialog').getByRole('button', { name, exact: true }).click();
}

/** The gate says no in the page and on the server, and its release can be ended. */
async function isOver(word, gate) {
  await tab.getByRole('heading', { level: 1, name: new RegExp(`^${word}: `) }).waitFor({ timeout: 120_000 });
  await until(`${gate} is refused`, async () => /nothing left to decide/i.test((await button(gate).getAttribute('title')) ?? ''), 30);
  await until('no window is counted down', async () => (await tab.locator('.window__big').count()) === 0, 10);
  const { release, steps } = await present();
  const step = steps.find((it) => it.status === 'waiting');
  const vote = { release: release.id, stage: step.stage, action: step.action, request: step.gate.request, choice: 'approve', comment: '', run: null, evidence: '', seen: [] };
  const answer = await tab.request.post(api('/vote'), { data: vote, headers: { origin: new URL(demo.outputs.ConsoleUrl).origin } });
  assert.equal(answer.status(), 409, await answer.text());
  assert.match(await answer.text(), /nothing left to decide/i);
  await confirm('End release');
  await until('the gate of the pipeline is closed', async () => (await present()).steps.every((it) => it.status !== 'waiting'), 60);
  await tab.goto(new URL('/', demo.outputs.ConsoleUrl).href);
  await tab.getByRole('link', { name: service }).click();
}

test('after Reject and abandon green the release says so, and nothing of it waits for anybody', { timeout: 300_000 }, async () => {
  const before = await ask(demo.outputs.AlbProdUrl);
  await clone.paint('#9c9');
  await until('the gate opens', () => button('Approve swap').isEnabled(), 240);
  await confirm('Reject and abandon green');
  await tab.getByRole('heading', { level: 1, name: /^Abandoned: / }).waitFor({ timeout: 120_000 });
  const { steps } = await present();
  assert.equal(steps.find((it) => it.action === 'ApproveSwap').status, 'rejected');
  assert.ok(steps.every((it) => it.status !== 'waiting'));
  await until('no window is counted down', async () => (await tab.locator('.window__big').count()) === 0, 10);
  await until('nothing is left to end', async () => (await button('End release').count()) === 0, 10);
  assert.equal((await ask(demo.outputs.AlbProdUrl)).text, before.text);
});

test('after Swap back the release says so, offers no clean-up, and is ended', { timeout: 400_000 }, async () => {
  const commit = await clone.paint('#c9c');
  await until('green answers', async () => (await ask(demo.outputs.AlbTestUrl)).text.includes(commit.slice(0, 7)), 240);
  await until('the gate opens', () => button('Approve swap').isEnabled(), 120);
  await confirm('Approve swap');
  await until('the second gate opens', () => button('Approve clean-up').isEnabled(), 120);
  await tab.getByRole('heading', { name: 'Time to swap back' }).waitFor();
  await confirm('Swap back');
  await isOver('Swapped back', 'Approve clean-up');
  await until('production serves blue', async () => !(await ask(demo.outputs.AlbProdUrl)).text.includes(commit.slice(0, 7)), 60);

  const next = await clone.paint('#cc9');
  await until('the next push becomes green', async () => (await ask(demo.outputs.AlbTestUrl)).text.includes(next.slice(0, 7)), 240);
  assert.deepEqual(tab.complaints, []);
});
