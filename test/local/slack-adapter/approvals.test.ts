import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { planOf, recoveryDesk } from './recovery-desk.ts';
import { startWorld, policy as usual, type World } from './world.ts';

const policy = Policy.parse({ ...usual, recovery: { mayApprove: ['@approvers'], approvals: { 5: 2 } } });

let world: World;
let desk: ReturnType<typeof recoveryDesk>;
beforeAll(async () => {
  world = await startWorld({ policy });
  desk = recoveryDesk(world);
});
afterAll(() => world.close());

const person = (name: string) => world.slack.act(name);
const told = (name: string) => JSON.stringify(person(name).ephemerals().at(-1) ?? {});

function cardOf(id: FailureId) {
  const [card] = world.posts('shop', id);
  if (!card) throw new Error(`no card of ${id}`);
  return card;
}

/** Everything in the card's thread that begins so, newest state. */
function inThread(id: FailureId, words: string) {
  return person('ada')
    .thread(cardOf(id))
    .filter(({ text }) => text.includes(words));
}
const asked = (id: FailureId) => {
  const found = world.slack
    .messages('shop')
    .filter(({ metadata }) => JSON.stringify(metadata ?? '').includes('/approval'));
  const mine = found.filter(({ text }) => text.includes(id));
  expect(mine).toHaveLength(1);
  return mine[0] as NonNullable<(typeof mine)[0]>;
};
const wordsOf = (message: { blocks?: unknown }) => JSON.stringify(message.blocks);

/** A failure whose rollback waits for people: asked for by Ada, planned by the runner. */
async function waiting(level: 4 | 5, beforePlan: () => unknown = () => undefined, by = 'ada') {
  const id = await world.signal({
    severity: level,
    environment: 'production',
    ...(level === 5 ? { state: { system: 'down' } } : { details: 'data corruption in the orders table' }),
  });
  expect((await world.failure(id)).level).toBe(level);
  await world.run();
  await person(by).click(cardOf(id), 'Rollback & retry');
  await desk.settle();
  beforePlan();
  await desk.ready(id, planOf('Back to checkpoint good: 1 path'));
  await desk.settle();
  await world.run(120);
  return id;
}

describe('a recovery that waits for people', () => {
  it('asks once, names what and who, and is let go by the one other person that level 4 takes', async () => {
    const id = await waiting(4);
    const message = asked(id);
    expect(wordsOf(message)).toContain('Back to checkpoint good: 1 path');
    expect(wordsOf(message)).toContain('One more person must approve.');
    expect(wordsOf(message)).toContain(`<!subteam^${world.slack.userGroups.approvers?.id}> please decide.`);
    expect(wordsOf(cardOf(id))).toContain('waits for approval');
    expect(cardOf(id).text).toContain('its recovery waits for approval');
    await person('ada').command('shop', '/failure list status:recovering');
    expect(told('ada')).toMatch(new RegExp(`${id}.*its recovery waits for approval.*Acknowledge`));
    await person('omar').click(message, 'Approve');
    await desk.settle();
    expect(await desk.runOf(id)).toMatchObject({ state: 'running' });
    expect(desk.commands.filter(({ kind, failureId }) => kind === 'go' && failureId === id)).toHaveLength(1);
    expect(wordsOf(asked(id))).toContain('Approved by ');
    expect(wordsOf(asked(id))).toContain('Released, ');
    expect(wordsOf(asked(id))).not.toContain('kintsugi.approve');
  });

  it('who asked for it, and who may not approve, are told why, and nothing is let go', async () => {
    const id = await waiting(4);
    await person('ada').click(asked(id), 'Approve');
    expect(told('ada')).toContain('You asked for it, so other people must approve it.');
    await person('linus').click(asked(id), 'Approve');
    expect(told('linus')).toContain('approvers');
    expect(told('linus')).toContain('may decide this');
    // A group is asked for by the people in it.
    for (const name of ['grace', 'omar']) expect(told('linus')).toContain(`<@${world.slack.users[name]?.id}>`);
    await person('linus').click(asked(id), 'Decline');
    expect(told('linus')).toContain('may decide this');
    await desk.settle();
    expect(await desk.runOf(id)).toMatchObject({ state: 'awaiting-approval', approvals: [] });
  });

  it('at level 5 takes two different people; both stand there to the end', async () => {
    const id = await waiting(5);
    await person('grace').click(asked(id), 'Approve');
    await desk.settle();
    expect(wordsOf(asked(id))).toContain('One more person must approve.');
    await person('grace').click(asked(id), 'Approve');
    expect(told('grace')).toContain('You have approved it already');
    await person('omar').click(asked(id), 'Approve');
    await desk.settle();
    await desk.say(id, { kind: 'result', ok: true, reason: 'The check passes.', refs: [] });
    await desk.settle();
    const [run] = inThread(id, 'Rollback &amp; retry: Shop, worked');
    for (const message of [asked(id), run ?? {}]) {
      for (const name of ['grace', 'omar']) expect(wordsOf(message)).toContain(world.slack.users[name]?.id);
    }
  });

  it('says to who asks, and to who is asked, when too few are left who may approve', async () => {
    const tooFew = 'Only one person besides who asks may approve this, and it takes 2: it cannot begin like that.';
    const fine = await waiting(5);
    expect(wordsOf(asked(fine))).not.toContain('cannot begin');
    const id = await waiting(5, undefined, 'grace');
    expect(told('grace')).toContain(tooFew);
    expect(wordsOf(asked(id))).toContain(tooFew);
    await person('grace').click(asked(id), 'Cancel');
    await desk.settle();
    await person('omar').click(cardOf(id), 'Emergency shutdown…');
    expect(JSON.stringify(person('omar').modals().at(-1))).toContain(tooFew);
    await person('ada').click(cardOf(id), 'Emergency shutdown…');
    expect(JSON.stringify(person('ada').modals().at(-1))).toContain('2 other people must approve it');
    expect(JSON.stringify(person('ada').modals().at(-1))).not.toContain('cannot begin');
  });

  it('is over when an approver declines, and the failure is free again', async () => {
    const id = await waiting(4);
    await person('omar').click(asked(id), 'Decline');
    // The message still has its buttons on somebody's screen.
    await person('grace').click(asked(id), 'Approve');
    expect(told('grace')).toContain('declined it');
    await desk.settle();
    expect(wordsOf(asked(id))).toContain('Declined by ');
    // Said once, in its own message: the thread gets no other one for it.
    expect(inThread(id, 'retry ended')).toEqual([]);
    expect(wordsOf(asked(id))).not.toContain('kintsugi.');
    expect((await world.failure(id)).status).toBe('open');
    expect(await desk.runOf(id)).toMatchObject({ state: 'declined', declinedBy: world.slack.users.omar?.id });
    expect(desk.commands.filter(({ kind, failureId }) => kind === 'go' && failureId === id)).toEqual([]);
  });

  it('is taken back by who asked, before it begins', async () => {
    const id = await waiting(4);
    await person('ada').click(asked(id), 'Cancel');
    await desk.settle();
    expect(wordsOf(asked(id))).toContain('Cancelled by ');
    // Said once, in its own message: the thread gets no other one for it.
    expect(inThread(id, 'retry ended')).toEqual([]);
    expect((await desk.runOf(id)).state).toBe('cancelled');
    expect((await world.failure(id)).status).toBe('open');
  });

  it('with another plan asks anew: what was approved before is void, and the old button approves nothing', async () => {
    const id = await waiting(5);
    await person('omar').click(asked(id), 'Approve');
    await desk.settle();
    await desk.ready(id, planOf('Back to checkpoint good: 2 paths', 'b'));
    await person('grace').click(asked(id), 'Approve');
    expect(told('grace')).toContain('The plan changed after you read it');
    await desk.settle();
    expect(wordsOf(asked(id))).toContain('2 paths');
    expect(wordsOf(asked(id))).toContain('The plan changed.');
    expect(wordsOf(asked(id))).toContain('2 different people must approve.');
    expect((await desk.runOf(id)).approvals).toEqual([]);
  });

  it('expires, says so in place, and a press that comes after is told', async () => {
    const id = await waiting(4);
    const before = asked(id);
    world.clock.now += 61 * 60_000;
    await person('omar').click(before, 'Approve');
    expect(told('omar')).toContain('was not approved in time');
    await desk.settle();
    expect(wordsOf(asked(id))).toContain('Nobody approved it in time.');
    expect((await world.failure(id)).status).toBe('open');
  });

  it('lets people acknowledge and resolve the failure meanwhile; resolving ends it', async () => {
    const id = await waiting(4);
    const card = cardOf(id);
    await person('grace').click(card, 'Acknowledge');
    await desk.settle();
    expect((await desk.runOf(id)).state).toBe('awaiting-approval');
    await person('grace').click(card, 'Resolve…');
    expect(JSON.stringify(person('grace').modals())).toContain('calls it off');
    await person('grace').submit({});
    await desk.settle();
    expect((await desk.runOf(id)).state).toBe('cancelled');
    expect((await world.failure(id)).status).toBe('resolved');
    expect(wordsOf(asked(id))).toContain('Cancelled');
  });

  it('is asked for once, though the answer to the post was lost', async () => {
    const id = await waiting(4, () =>
      world.slack.faults.add({ kind: 'lost_answer', method: 'chat.postMessage', times: 1 }),
    );
    expect(wordsOf(asked(id))).toContain('One more person must approve.');
    expect(asked(id).notified).toEqual(world.slack.userGroups.approvers?.members);
  });
});
