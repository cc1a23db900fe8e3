// A state machine as a graph: drawn from the definition that an execution runs by, lit while it runs, walked by keys,
// and the same in words.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openTab, violations } from '../browser.mjs';
import { Clone, Demo, until } from '../demo.mjs';

let demo, clone, browser, service, name, execution;

before(async () => {
  demo = await Demo.start({ speed: 60 });
  clone = await Clone.of(demo);
  browser = await openBrowser();
  service = demo.outputs.ConsoleServiceName;
  name = Object.keys(demo.outputs.StateMachineArns).find((name) => /deploy/.test(name));
  await clone.paint('#9c9');
  // Slow enough for it to be seen at work on a busy machine.
  await demo.clock({ rate: 10 });
  execution = await until('green is being made', async () => (await running())?.name, 240);
  await demo.clock({ rate: 1 });
});

after(async () => {
  await browser?.close();
  await clone?.remove();
  await demo?.stop();
});

async function running() {
  const { executions } = await demo.aws('AWSStepFunctions.ListExecutions', { stateMachineArn: demo.outputs.StateMachineArns[name] }, '1.0');
  return executions?.find((it) => it.status === 'RUNNING');
}

const path = (more = '') => `/s/${service}/machines?machine=${encodeURIComponent(name)}&execution=${execution}${more}`;
const open = (more = {}) => openTab(browser, demo, { person: 'operator-1', path: path(), ...more });
const states = (tab, state) => tab.locator(state ? `.graph__state[data-state="${state}"]` : '.graph__state');
/** Where every state is on the paper. */
const places = (tab) => tab.locator('.graph__state').evaluateAll((all) => all.map((it) => [it.offsetLeft, it.offsetTop, it.offsetWidth, it.offsetHeight].join(' ')));
const focused = (tab) => tab.evaluate(() => document.activeElement?.querySelector('.graph__name')?.textContent);

test('an execution is lit while it runs, and nothing moves on the paper', { timeout: 240_000 }, async () => {
  const tab = await open();
  await states(tab, 'done').first().waitFor();
  await demo.clock({ paused: true });
  const definition = JSON.parse((await demo.aws('AWSStepFunctions.DescribeStateMachine', { stateMachineArn: demo.outputs.StateMachineArns[name] }, '1.0')).definition);
  assert.equal(await states(tab).count(), Object.keys(definition.States).length, 'every state is drawn');
  const before = await places(tab);
  assert.ok((await states(tab, 'ahead').count()) > 0, 'what may still come is visible');
  assert.ok((await states(tab, 'not-taken').count()) > 0, 'so is what will not');
  const here = () => tab.locator('.graph__state:is([data-state="running"], [data-state="waiting"])').first();
  await here().waitFor();
  const done = await states(tab, 'done').count();
  await demo.clock({ paused: false });
  await until('it goes on', async () => (await states(tab, 'done').count()) > done, 60);
  await demo.clock({ paused: true });
  await tab.setViewportSize({ width: 1024, height: 700 });
  await until('the sentence tells where it is', async () => /^Now in .+ states came so far\.$/.test(await tab.locator('.machines__told').innerText()), 30);
  await demo.clock({ paused: false, rate: 60 });
  await until('it ends', async () => (await tab.locator('.machines__told').innerText()).startsWith('Came to its end.'), 120);
  await until('nothing is ahead any more', async () => (await states(tab, 'ahead').count()) === 0, 10);
  assert.deepEqual(await places(tab), before, 'the layout stays while it runs and when the window changes');
  const loop = states(tab, 'done').filter({ hasText: /waited \d+ times, .*(s|min)/ });
  assert.ok((await loop.count()) > 0, 'a loop tells its count and its time');
  assert.deepEqual(tab.complaints, []);
  await tab.context().close();
});

test('arrow keys walk along the ways, and a state tells what went in and came out', { timeout: 120_000 }, async () => {
  const tab = await open();
  await states(tab, 'done').first().waitFor();
  await until('one state is in the order of the keys', async () => (await tab.locator('.graph__state[tabindex="0"]').count()) === 1, 10);
  await tab.locator('.graph__state[tabindex="0"]').focus();
  await tab.keyboard.press('Home');
  assert.equal(await focused(tab), 'Look at the service');
  await tab.keyboard.press('ArrowDown');
  assert.equal(await focused(tab), 'Is there such a service?');
  await tab.keyboard.press('ArrowDown');
  const third = await focused(tab);
  assert.notEqual(third, 'No such service', 'the way that was taken comes first');
  await tab.keyboard.press('ArrowUp');
  await tab.keyboard.press('ArrowUp');
  assert.equal(await focused(tab), 'Look at the service');
  await tab.keyboard.press('Enter');
  const panel = tab.getByRole('region', { name: 'Look at the service', exact: true });
  await panel.getByRole('region', { name: 'Input', exact: true }).waitFor();
  assert.match(await panel.getByRole('region', { name: 'Input', exact: true }).innerText(), /ClusterName/);
  assert.match(await panel.getByRole('region', { name: 'Parameters' }).innerText(), /Cluster/);
  assert.match(await panel.getByRole('region', { name: 'Answer' }).innerText(), /Services/);
  await panel.getByText('ecs:describeServices').first().waitFor();
  await panel.getByText(/After .*Ecs\.ThrottlingException.* up to 8 times/).waitFor();
  assert.equal(new URL(tab.url()).searchParams.get('state'), 'Look at the service');
  await tab.reload();
  await panel.waitFor();
  await tab.locator('.graph__state[aria-pressed="true"]').focus();
  await tab.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  // A state of the loop has several visits.
  await states(tab, 'done').filter({ hasText: /waited \d+ times/ }).first().click();
  await tab.getByText(/^Visit \d+ of \d+$/).waitFor();
  const visits = await tab.getByText(/^Visit \d+ of \d+$/).innerText();
  await tab.getByRole('button', { name: 'Earlier' }).click();
  assert.notEqual(await tab.getByText(/^Visit \d+ of \d+$/).innerText(), visits);
  assert.deepEqual(tab.complaints, []);
  await tab.context().close();
});

test('the graph is there in words, and table and events are views with an address', { timeout: 120_000 }, async () => {
  const tab = await open();
  await states(tab, 'done').first().waitFor();
  await tab.getByText('The graph in words').click();
  const words = tab.locator('.machines__words li');
  await until('every state has its sentence', async () => (await words.count()) === (await states(tab).count()), 10);
  assert.match(await words.first().innerText(), /^Look at the service \(Task\): done.* Leads to Is there such a service\?\.$/);
  for (const [look, word] of [['table', 'Table'], ['events', 'Events']]) {
    await tab.getByRole('link', { name: word, exact: true }).click();
    await until(`${look} is in the address`, () => new URL(tab.url()).searchParams.get('look') === look, 10);
    await tab.getByRole('table', { name: look === 'table' ? 'States' : 'Events' }).waitFor();
    await tab.reload();
    await tab.getByRole('table', { name: look === 'table' ? 'States' : 'Events' }).waitFor();
  }
  await tab.getByRole('link', { name: 'Graph', exact: true }).click();
  await states(tab, 'done').first().waitFor();
  await tab.context().close();
});

test('an execution keeps the definition that it ran by when the machine is changed', { timeout: 60_000 }, async () => {
  const arn = demo.outputs.StateMachineArns[name];
  const { definition } = await demo.aws('AWSStepFunctions.DescribeStateMachine', { stateMachineArn: arn }, '1.0');
  await demo.aws('AWSStepFunctions.UpdateStateMachine', { stateMachineArn: arn, definition: JSON.stringify({ StartAt: 'Other', States: { Other: { Type: 'Succeed' } } }) }, '1.0');
  try {
    const tab = await open();
    await states(tab, 'done').first().waitFor();
    assert.equal(await states(tab).filter({ has: tab.getByText('Other', { exact: true }) }).count(), 0);
    assert.equal(await states(tab).count(), Object.keys(JSON.parse(definition).States).length);
    await tab.context().close();
  } finally {
    await demo.aws('AWSStepFunctions.UpdateStateMachine', { stateMachineArn: arn, definition }, '1.0');
  }
});

test('axe finds nothing, and nothing is too wide', { timeout: 180_000 }, async () => {
  for (const theme of ['light', 'dark']) {
    const tab = await open({ theme });
    await states(tab, 'done').first().waitFor();
    await states(tab, 'done').first().click();
    await tab.locator('.machines__state').waitFor();
    assert.deepEqual(await violations(tab), [], theme);
    for (const width of [360, 390, 768, 1024, 1440, 1920]) {
      await tab.setViewportSize({ width, height: 900 });
      const excess = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(excess <= 0, `${theme}, ${width} px: ${excess} px too wide`);
    }
    await tab.context().close();
  }
});
