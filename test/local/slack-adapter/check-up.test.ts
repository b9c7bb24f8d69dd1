import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slackRoles } from '../../../lib/adapters/slack/roles.ts';
import { slackWebClient } from '../../../lib/adapters/slack/web-client.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { regradeFailure } from '../../../lib/failure/regrade-failure.ts';
import { resolveFailure } from '../../../lib/failure/resolve-failure.ts';
import { Policy } from '../../../lib/policy/policy.ts';
import { openPostMortem } from '../../../lib/postmortem/keep-post-mortem.ts';
import { editReport, readText } from '../../../lib/report/edit-report.ts';
import { freshWord, startWorld, policy as usual, type World } from './world.ts';

const recovery = { runner: 'demo', workTree: 'any' };
const policy = Policy.parse({
  ...usual,
  components: {
    ...usual.components,
    sound: { title: 'Sound', recovery },
    broken: { recovery },
    stuck: { recovery },
    bare: {},
  },
  recovery: { mayStart: ['@shop-team'] },
});

let world: World;
beforeAll(async () => {
  world = await startWorld({ policy });
});
afterAll(() => world.close());

const saidTo = (name: string) => String(world.slack.act(name).ephemerals().at(-1)?.text);
const type = async (name: string, text: string) => {
  expect(await world.slack.act(name).command('general', `/failure ${text}`)).toEqual({ ok: true });
  return saidTo(name);
};
const idIn = (words: string) => /F-[0-9A-Z]{6}/.exec(words)?.[0] as FailureId;

describe('/failure diagnose and /failure clean', () => {
  it('run on the worst that is open, and never on what has no card', async () => {
    await world.signal({ component: 'broken', severity: 1, summary: `Typo in the documentation of ${freshWord()}` });
    await world.signal({ component: 'broken', severity: 2 });
    const worst = await world.signal({ component: 'broken', severity: 4, state: { system: 'down' } });
    await world.run();
    const words = await type('linus', 'diagnose broken');
    expect(idIn(words)).toBe(worst);
    expect(words).toContain('Open its card');
    expect(await world.runs.list(worst)).toMatchObject([{ strategy: 'diagnose', dryRun: false }]);
    expect((await world.failure(worst)).status).toBe('open');
  });

  it('file a check-up in the asker’s name where nothing is open, and take the same one the next time', async () => {
    const id = idIn(await type('linus', 'clean sound --dry-run'));
    const failure = await world.failure(id);
    expect(failure).toMatchObject({ component: 'sound', level: 2, title: 'Check-up asked for by hand' });
    expect(failure.report.reportedBy).toBe(world.slack.users.linus?.id);
    expect(await world.runs.list(id)).toMatchObject([{ strategy: 'clean', dryRun: true }]);
    expect(idIn(await type('linus', 'diagnose sound'))).toBe(id);
    await world.run();
    expect(world.posts('failures', id)).toHaveLength(1);
  });

  it('file a new look at what was looked at and resolved before', async () => {
    const first = idIn(await type('linus', 'diagnose stuck'));
    await world.run();
    const card = world.posts('failures', first)[0];
    if (!card) throw new Error('no card');
    await world.slack.act('linus').click(card, 'Resolve…');
    await world.slack.act('linus').submit({});
    expect((await world.failure(first)).status).toBe('resolved');
    const again = idIn(await type('linus', 'diagnose stuck'));
    expect(again).not.toBe(first);
    expect(await world.failure(again)).toMatchObject({ status: 'open', episode: 1, pastEpisodes: [] });
    expect((await world.runs.list(again)).filter(({ state }) => state === 'requested').length).toBeGreaterThan(0);
  });

  it.each([
    ['diagnose snd', 'Did you mean *sound*?'],
    ['diagnose bare', '`components.bare.recovery` is missing'],
    ['clean nothing-like-it', 'Is it spelt right?'],
  ])('%s is refused with what to do, and files nothing', async (typed, words) => {
    const before = (await world.failures.listOpen({ limit: 100 })).failures.length;
    expect(await type('linus', typed)).toContain(words);
    expect((await world.failures.listOpen({ limit: 100 })).failures).toHaveLength(before);
  });

  it('are refused to who may not, with who may', async () => {
    expect(await type('ada', 'clean broken')).toMatch(/Only `@shop-team` \([^)]+\) may start recoveries/);
  });
});

describe('/failure export', () => {
  it('is the report as Markdown, with people by name', async () => {
    const id = await world.signal({ details: 'the till hangs & then?' });
    await type('linus', `diagnose ${'shop'}`);
    await type('grace', `export ${id}`);
    const shown = JSON.stringify(world.slack.act('grace').ephemerals().at(-1));
    for (const words of [`## Failure Report ${id}`, '### What Happened', 'the till hangs & then?']) {
      expect(shown).toContain(words);
    }
    expect(shown).not.toMatch(/\(1 of/);
  });

  it('comes whole, in pieces that are numbered, however long it is', async () => {
    const stack = (letter: string) => Array.from({ length: 300 }, () => `at ${letter.repeat(12)}`).join('\n');
    const id = await world.signal({
      details: stack('d'),
      error: { message: 'x'.repeat(1900), stack: stack('s') },
    });
    await type('grace', `export ${id}`);
    const pieces = world.slack
      .act('grace')
      .ephemerals()
      .filter(({ text }) => text.includes(id) && /\(\d of \d\)/.test(text));
    expect(pieces.map(({ text }) => /\d of \d/.exec(text)?.[0])).toEqual(['1 of 2', '2 of 2']);
    const whole = JSON.stringify(pieces);
    expect(whole.match(/at d{12}/g)).toHaveLength(300);
    expect(whole.match(/at s{12}/g)).toHaveLength(300);
  });

  it('says so when there is no such failure', async () => {
    expect(await type('grace', 'export F-000000')).toContain('not known here');
  });
});

describe('/failure postmortem', () => {
  const shown = () => JSON.stringify(world.slack.act('grace').ephemerals().at(-1));

  it('shows all seven headings, people by name, what the report says since, and where to write', async () => {
    const id = await world.signal({ severity: 3 });
    const grace = world.slack.users.grace?.id ?? '';
    await regradeFailure(world, { failureId: id, level: 4, reason: 'Nobody can pay', by: grace });
    const failure = await world.failure(id);
    await openPostMortem({ ...world, ...world.stores }, failure, []);
    const mine = { ...(await readText(world, failure)), rootCause: 'The certificate ran out' };
    await editReport(world, { failureId: id, episode: 1, base: 0, mine, by: grace });
    await type('grace', `post-mortem ${id}`);
    const headings = ['Timeline', 'Impact', 'Root Cause', 'Contributing Factors', 'What Went Well', 'Action Items'];
    for (const words of [...headings, 'Lessons Learned', 'The certificate ran out', 'Nobody can pay', '(grace)']) {
      expect(shown()).toContain(words);
    }
    expect(shown()).toContain(`/failure edit ${id}`);
    expect(shown()).not.toContain('Failure Report');
  });

  it('shows that of the episode before while the newest one has none, and says so', async () => {
    const summary = `Stock of ${freshWord()} is wrong`;
    const id = await world.signal({ summary });
    await openPostMortem({ ...world, ...world.stores }, await world.failure(id), []);
    await resolveFailure(world, { failureId: id, by: 'U0GRACE' });
    world.clock.now += 60_000;
    await world.signal({ summary });
    await type('grace', `postmortem ${id}`);
    expect(shown()).toContain('of episode 1: episode 2 has none yet');
    expect(shown()).not.toContain(`/failure edit ${id}`);
  });

  it('says from where on there is one, and what there is instead', async () => {
    const id = await world.signal({ severity: 2 });
    expect(await type('grace', `postmortem ${id}`)).toContain('has no post-mortem: one opens at level 4 and up');
    expect(shown()).toContain(`/failure export ${id}`);
    expect(await type('grace', 'postmortem F-000000')).toContain('not known here');
  });
});

describe('who belongs to what policy names', () => {
  const ask = (over: object = {}) =>
    slackRoles(Object.assign(slackWebClient({ botToken: world.slack.botToken, apiUrl: world.slack.apiUrl }), over));

  it('is a person themselves, a group by handle or id, and nobody of a name that is not there', async () => {
    const linus = world.slack.users.linus?.id ?? '';
    expect(await ask()('@shop-team')).toContain(linus);
    expect(await ask()('U0SOMEBODY')).toEqual(['U0SOMEBODY']);
    expect(await ask()('@nobody-there')).toEqual([]);
    expect(await ask()('S0NOTTHERE1')).toEqual([]);
  });

  it('is unknown when Slack does not answer in time', async () => {
    const usergroups = { users: { list: () => new Promise(() => undefined) }, list: async () => ({ ok: true }) };
    const started = Date.now();
    expect(await ask({ usergroups })('S0NOTTHERE1')).toBeUndefined();
    expect(Date.now() - started).toBeLessThan(2500);
  });
});
