// A release that a team decides: how many approve, one who says no, what lapses and is given again, days on which
// nothing is swapped, and whoever committed.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openTab, violations } from '../browser.mjs';
import { Clone, Demo, ask, until } from '../demo.mjs';

let demo, clone, browser, service;

const TEAM = `
[gates.approve-swap]
approvals = 2
committers_vote = false
from = [{ of = ["operations"] }]
`;
const FROZEN = `${TEAM}
[gates.approve-swap.hours]
zone = "Europe/Berlin"
freezes = [{ from = "2000-01-01", until = "2100-01-01", why = "the century" }]
`;

before(async () => {
  demo = await Demo.start({ speed: 30, gates: null });
  clone = await Clone.of(demo);
  browser = await openBrowser();
  service = demo.outputs.ConsoleServiceName;
});

after(async () => {
  await browser?.close();
  await clone?.remove();
  await demo?.stop();
});

const open = (person) => openTab(browser, demo, { person, path: `/s/${service}` });
const button = (tab, name) => tab.getByRole('button', { name, exact: true });
const how = (tab) => tab.getByRole('group', { name: 'How it is decided' });

async function vote(tab, name, comment) {
  await until(`${name} may be pressed`, () => button(tab, name).isEnabled(), 120);
  await button(tab, name).click();
  const dialog = tab.getByRole('dialog');
  if (comment) await dialog.getByRole('textbox', { name: /comment/i }).fill(comment);
  const effect = await dialog.getByRole('note', { name: 'What will happen' }).innerText();
  await dialog.getByRole('button', { name, exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  return effect;
}

/** Pushes a colour as somebody who may vote, and waits for green and its gate. */
async function release(colour, tab) {
  await clone.git('config', 'user.name', 'approver-2');
  await clone.git('config', 'user.email', 'approver-2@example.com');
  const commit = await clone.paint(colour);
  await until('green answers', async () => (await ask(demo.outputs.AlbTestUrl)).text.includes(commit.slice(0, 7)), 240);
  await until('the gate opens', () => button(tab, 'Approve swap').isEnabled(), 120);
  // What the first comparison finds would make votes lapse that were given before it.
  await until('both were compared', async () => {
    const { release, comparison } = await tab.evaluate(async (path) => {
      const { pipeline, comparison } = await (await fetch(path)).json();
      return { release: pipeline.value.release.id, comparison: comparison.value };
    }, `/api/services/${service}`);
    return comparison.newest?.release === release && !comparison.running;
  }, 120);
  await demo.clock({ rate: 1 });
  return commit.slice(0, 7);
}

const production = async () => (await ask(demo.outputs.AlbProdUrl)).text;

test('one of two does not swap, the committer does not vote, and the second swaps', { timeout: 400_000 }, async () => {
  const first = await open('approver-1');
  const committer = await open('approver-2');
  const second = await open('operator-1');
  const commit = await release('#9c9', first);

  await how(first).getByText('2 approvals of different people decide.').waitFor();
  await how(first).getByText('2 more approvals are needed.').waitFor();
  await how(first).getByText(`approver-2 committed ${commit} to this release`).waitFor();
  assert.equal(await button(committer, 'Approve swap').isEnabled(), false);
  assert.equal(await button(committer, 'Reject').isEnabled(), false);
  await committer.getByText(`You committed ${commit} to this release, and by this gate’s policy that is for others to decide.`).first().waitFor();
  assert.deepEqual(await violations(first), []);

  const before = await production();
  const effect = await vote(first, 'Approve swap', 'checked on both phones');
  assert.match(effect, /Nothing happens yet: 2 approvals of different people decide/);
  await how(first).getByText('1 of 2 approvals. 1 more approval is needed.').waitFor();
  assert.equal(await button(first, 'Approve swap').isEnabled(), false, 'nobody votes twice');
  await how(second).getByText('1 of 2 approvals.').waitFor();
  await first.waitForTimeout(2_000);
  assert.equal(await production(), before, 'one approval swaps nothing');

  // The page and the server say the same of somebody whose button is off.
  const said = await committer.locator('.window__why-not').innerText();
  const answer = await committer.evaluate(async (service) => {
    const evidence = await (await fetch(`/api/services/${service}/evidence`)).json();
    const snapshot = await (await fetch(`/api/services/${service}`)).json();
    const step = snapshot.pipeline.value.steps.find((it) => it.status === 'waiting');
    const body = {
      release: snapshot.pipeline.value.release.id, stage: step.stage, action: step.action, request: step.gate.request,
      choice: 'approve', comment: '', run: snapshot.comparison.value.newest?.id ?? null, evidence: evidence.digest, seen: evidence.inputs,
    };
    const sent = await fetch(`/api/services/${service}/vote`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return { status: sent.status, problem: await sent.json() };
  }, service);
  assert.equal(answer.status, 409, JSON.stringify(answer));
  assert.equal(answer.problem.detail, said);

  const last = await vote(second, 'Approve swap', 'and on the big screen');
  assert.match(last, /will send 100% to green/);
  await demo.clock({ rate: 30 });
  await until('production answers with the new commit', async () => (await production()).includes(commit), 120);
  await first.getByText(/voted for the swap, 1 of 2 approvals/).first().waitFor();
  assert.deepEqual([...first.complaints, ...second.complaints, ...committer.complaints], []);
  await vote(first, 'Approve clean-up');
  await until('one task set is left', async () => (await demo.taskSets()).length === 1, 180);
  for (const tab of [first, second, committer]) await tab.context().close();
});

test('a vote lapses with what changes, and one press gives it again; one no ends it', { timeout: 400_000 }, async () => {
  demo.gates = TEAM;
  await demo.kill();
  await demo.restart();
  await demo.clock({ rate: 30 });
  const first = await open('approver-1');
  const second = await open('operator-1');
  await release('#c9c', first);
  await how(first).getByText('2 approvals of different people decide, 1 from operations.').waitFor();
  await vote(first, 'Approve swap', 'looks right');
  await how(first).getByText('1 more approval is needed, from operations.').waitFor();

  // Another policy is another ground to stand on.
  demo.gates = `${TEAM}comment = true\n`;
  await demo.kill();
  await demo.restart();
  // At thirty times the speed the sentinel would find something else between the look and the press.
  await demo.clock({ rate: 1 });
  await how(first).getByText('Every vote needs a comment.').waitFor({ timeout: 60_000 });
  await how(first).getByText('approver-1 approved this before something changed').waitFor();
  await how(first).getByText(/the policy of the gate: was “[0-9a-f]{12}”, is “[0-9a-f]{12}” now/).waitFor();
  await how(first).getByText('0 of 2 approvals. 2 more approvals are needed').waitFor();
  assert.equal(await button(second, 'Approve again as it is now').count(), 0, 'nobody gives the vote of somebody else');
  await until('it may be given again', () => button(first, 'Approve again as it is now').isEnabled(), 60);
  await button(first, 'Approve again as it is now').click();
  await how(first).getByText('1 of 2 approvals.').waitFor();
  await until('it stands again', async () => (await button(first, 'Approve again as it is now').count()) === 0, 20);

  await vote(second, 'Reject', 'the footer is gone');
  await first.getByText('Rejected').first().waitFor({ timeout: 60_000 });
  assert.deepEqual([...first.complaints, ...second.complaints].filter((it) => !/fetch|network/i.test(it)), []);
  await first.context().close();
  await second.context().close();
});

test('on days of a freeze only the last approval waits, and the page says until when', { timeout: 400_000 }, async () => {
  const operator = await open('operator-1');
  await demo.clock({ rate: 30 });
  await until('green can be taken down', () => button(operator, 'Abandon green').isEnabled(), 60);
  await button(operator, 'Abandon green').click();
  await operator.getByRole('dialog').getByRole('textbox').fill('it was rejected');
  await operator.getByRole('dialog').getByRole('button', { name: 'Abandon green', exact: true }).click();
  await until('one task set is left', async () => (await demo.taskSets()).length === 1, 180);
  demo.gates = FROZEN;
  await demo.kill();
  await demo.restart();
  await demo.clock({ rate: 30 });
  const first = await open('approver-1');
  await release('#99c', first);
  await how(first).getByText('The swap is frozen, 2000-01-01 to 2100-01-01 (the century).').waitFor();
  await vote(first, 'Approve swap', 'ready for the day after');
  await until('the last approval waits', async () => !(await button(operator, 'Approve swap').isEnabled()), 30);
  await operator.locator('.window__why-not').getByText('The swap is frozen').waitFor();
  assert.equal(await button(operator, 'Reject').isEnabled(), true, 'a no is taken at any time');
  await first.context().close();
  await operator.context().close();
});
