import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { publishOpened } from '../../../lib/adapters/slack/home/publish-home.ts';
import type { Belongs } from '../../../lib/adapters/slack/listeners/whose.ts';
import { slackWebClient } from '../../../lib/adapters/slack/web-client.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { shutGate } from '../../../lib/gate/shut-gate.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { addWork } from '../../../lib/work/add-work.ts';
import { planOf, recoveryDesk } from './recovery-desk.ts';
import { startWorld, policy as usual, type World } from './world.ts';

const policy = Policy.parse({ ...usual, recovery: { mayApprove: ['@approvers'], mayStart: ['@approvers'] } });

let world: World;
beforeAll(async () => {
  world = await startWorld({ policy });
});
afterAll(() => world.close());
afterEach(() => world.slack.faults.clear());

const person = (name: string) => world.slack.act(name);
const home = (name: string) => JSON.stringify(person(name).home()?.blocks ?? []);
const hash = (name: string) => person(name).home()?.hash;
async function open(name: string): Promise<string> {
  person(name).openHome();
  await world.slack.settled();
  return home(name);
}
describe('Home', () => {
  it('says kindly that nothing is open, and files from there', async () => {
    expect(await open('mei')).toContain('Nothing is open');
    await person('mei').click('home', 'Report a failure…');
    expect(person('mei').modals()).toHaveLength(1);
    await person('mei').closeModal();
  });

  it('says what needs this person, what is open, and what stands around it', async () => {
    const burning = await world.signal({ summary: 'Orders answer <!channel> 500' });
    const small = await world.signal({ severity: 2, component: 'basket' });
    await world.run();
    const until = new Date(world.clock.now + 3_600_000).toISOString();
    const at = world.now().toISOString();
    await shutGate(world, {
      scope: 'basket',
      id: 'hand#someone',
      mode: 'hold',
      reason: 'Stocktaking',
      opens: 'when it is done',
      by: person('ada').id,
      until,
      since: at,
    });
    const item = { kind: 'task' as const, component: 'shop', by: 'test', owner: person('ada').id };
    await addWork(world, { ...item, title: 'A receipt by mail', priority: 300 });
    const dueAt = new Date(world.clock.now - 86_400_000).toISOString();
    await addWork(world, {
      ...item,
      kind: 'technical-debt',
      title: 'Remove workaround for shop',
      priority: 300,
      dueAt,
    });

    const shown = await open('ada');
    for (const words of [
      'Nobody has it',
      burning,
      'Orders answer <!channel> 500',
      '🟠 1 major   🟡 1 minor',
      small,
      'Gates shut',
      'Stocktaking',
      'overdue since',
      'Remove workaround for shop',
      'A receipt by mail',
      'demo: never heard',
      '2 in 14 days',
    ]) {
      expect(shown).toContain(words);
    }
    // Linus' team owns the shop; the basket is of whoever is on call, and Ada is.
    expect(shown).toMatch(new RegExp(`📌 Yours.*${small}`));
    expect(await open('linus')).not.toContain('📌 Yours');
    // Ada may not open gates here; Grace, an approver, may.
    expect(shown).not.toContain('"text":"Open"');
    expect(await open('grace')).toContain('"text":"Open"');
    await person('grace').click('home', 'Open');
    expect(home('grace')).not.toContain('Stocktaking');
    expect((await world.gates.held()).holders.filter(({ scope }) => scope === 'basket')).toEqual([]);
  });

  it('is drawn anew by its buttons, and by nobody else’s', async () => {
    const id = await world.signal({});
    await world.run();
    await open('ada');
    await open('grace');
    const before = hash('grace');
    expect(await person('ada').click('home', `Acknowledge ${id}`)).toEqual({ ok: true });
    expect(await world.failure(id)).toMatchObject({ acknowledgedBy: person('ada').id });
    expect(home('ada')).toContain('📌 Yours');
    expect(hash('grace')).toBe(before);
    // Hers is old by now: what she presses is answered truthfully, on top.
    await person('grace').click('home', `Acknowledge ${id}`);
    expect(home('grace')).toContain('is already acknowledged');
    await person('ada').click('home', `More… ${id}`);
    expect(JSON.stringify(person('ada').modals())).toContain(id);
    await person('ada').closeModal();
  });

  it('is published once for one opening, and not again while it says the same', async () => {
    await open('linus');
    const first = hash('linus');
    await open('linus');
    expect(hash('linus')).toBe(first);
    await world.signal({});
    world.slack.faults.add({ kind: 'delivered_twice', delivery: 'event', times: 1 });
    await open('linus');
    const second = hash('linus');
    expect(second).not.toBe(first);
    world.clock.now += 61_000;
    await open('linus');
    expect(hash('linus')).not.toBe(second);
  });

  it('asks the approvers, and nobody else, for what waits for them', async () => {
    const desk = recoveryDesk(world);
    const id = await world.signal({
      severity: 4,
      environment: 'production',
      details: 'data corruption in the orders table',
    });
    await world.run();
    const [card] = world.posts('shop', id);
    if (!card) throw new Error('no card');
    await person('grace').click(card, 'Rollback & retry');
    await desk.settle();
    await desk.ready(id, planOf('Back to checkpoint good: 1 path'));
    await desk.settle();
    const asked = 'Waits for your approval';
    expect(await open('omar')).toContain(asked);
    expect(home('omar')).toContain('Back to checkpoint good');
    expect(await open('grace')).not.toContain(asked);
    // Who may not decide it sees that nobody has it.
    expect(await open('ada')).not.toContain(asked);
    expect(home('ada')).toMatch(new RegExp(`Nobody has it.*${id}`));
    const run = await desk.runOf(id);
    world.clock.now += 3_600_000 + 1;
    expect(run.state).toBe('awaiting-approval');
    expect(await open('omar')).not.toContain(asked);
  });

  it('names what was given up', async () => {
    const id = await world.signal({ severity: 1 });
    const target = { kind: 'failure' as const, failureId: id };
    const item = await world.stores.attention.read(target);
    if (!item) throw new Error('nothing due');
    await world.stores.attention.park(item, 'no answer after 12 attempts: show');
    expect(await open('ada')).toMatch(new RegExp(`Given up for now.*${id}.*no answer after 12 attempts`));
  });

  it('stays within Slack’s limits with very much of everything, and leaves nothing out silently', async () => {
    const crowd = await startWorld();
    try {
      const ids: FailureId[] = [];
      for (let n = 0; n < 80; n++) {
        ids.push(
          await crowd.signal({
            summary: `${'<!here> '.repeat(30)}${'abcdefgh'[n % 8]}${'ijklmnop'[n >> 3] ?? 'q'}${'x'.repeat(n)}`,
          }),
        );
      }
      const by = crowd.slack.act('ada').id;
      for (let n = 0; n < 30; n++) {
        const common = { mode: 'stop' as const, reason: `<!channel> ${'r'.repeat(280)}`, opens: 'o'.repeat(200), by };
        await shutGate(crowd, { ...common, scope: `c${n}`, id: 'hand#x', since: crowd.now().toISOString() });
      }
      crowd.slack.act('ada').openHome();
      await crowd.slack.settled();
      const view = crowd.slack.act('ada').home();
      expect(view?.blocks).toSatisfy((blocks: unknown[]) => blocks.length <= 100);
      const shown = JSON.stringify(view);
      expect(shown).toContain(`🟠 ${ids.length} major`);
      expect(shown).toMatch(/… and \d+ more: `\/failure list/);
      expect(shown).toContain('… and 25 more: `/failure gate`');
      // Where Slack parses, nothing from outside rings, links or formats.
      const parsed = [...shown.matchAll(/"type":"mrkdwn","text":"((?:[^"\\]|\\.)*)"/g)].map(([, words]) => words);
      expect(parsed.length).toBeGreaterThan(5);
      expect(parsed.filter((words) => /<(?!!date\^|@U)/.test(words ?? ''))).toEqual([]);
    } finally {
      await crowd.close();
    }
  });
});

describe('Home of somebody who may not see failures', () => {
  const openedBy = async (kind: 'full' | 'guest' | undefined, belongs: Belongs): Promise<string> => {
    const { botToken, apiUrl } = world.slack;
    const user = person('mei').id;
    const ports = { ...world, askMember: async () => kind };
    await publishOpened(ports, slackWebClient({ botToken, apiUrl }), { user, belongs, requestId: 'request-1' });
    return home('mei');
  };

  it.each([
    ['guest', 'ours', 'full members'],
    ['full', 'not-ours', 'Only members of the workspace'],
    ['full', 'unknown', 'did not say who you are'],
    [undefined, 'ours', 'did not say who you are'],
  ] as const)('%s, %s', async (kind, belongs, words) => {
    const id = await world.signal({});
    const shown = await openedBy(kind, belongs);
    expect(shown).toContain(words);
    expect(shown).not.toMatch(/F-[0-9A-Z]{6}/);
    expect(await openedBy('full', 'ours')).toContain(id);
  });

  it('is drawn anew after a press although another was drawn meanwhile, and says so elsewhere when it cannot be', async () => {
    await open('ada');
    const before = hash('ada');
    world.slack.faults.add({ kind: 'platform_error', method: 'views.publish', error: 'hash_conflict', times: 1 });
    await person('ada').click('home', 'Refresh');
    expect(hash('ada')).not.toBe(before);
    const id = await world.signal({ severity: 5, state: { system: 'down' }, environment: 'production' });
    await person('ada').click('home', 'Refresh');
    world.slack.faults.add({ kind: 'platform_error', method: 'views.publish', error: 'not_enabled' });
    await person('ada').click('home', `Acknowledge ${id}`);
    const direct = person('ada')
      .screen()
      .messages.filter(({ channel }) => channel.startsWith('D'));
    expect(direct.at(-1)?.text).toContain('open Home again');
    expect(await world.failure(id)).toMatchObject({ status: 'acknowledged' });
  });

  it('says that it could not be read, and comes with the next press', async () => {
    const { listOpen } = world.stores.failures;
    world.failures.listOpen = () => Promise.reject(new Error('the table is away'));
    world.clock.now += 61_000;
    expect(await open('omar')).toContain('Something broke on our side');
    world.failures.listOpen = listOpen;
    await person('omar').click('home', 'Refresh');
    expect(home('omar')).toContain('Open failures');
  });
});
