import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acknowledgeFailure } from '../../../lib/failure/acknowledge-failure.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { resolveFailure } from '../../../lib/failure/resolve-failure.ts';
import { addWork } from '../../../lib/work/add-work.ts';
import { WorkItemId } from '../../../lib/work/work-item.ts';
import { handleOutsider } from './outsider.ts';
import { freshWord, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const ada = () => world.slack.act('ada');
const lastAnswer = (user = ada()) => user.ephemerals().at(-1);
const saidTo = (user = ada()) => JSON.stringify(lastAnswer(user) ?? {});

async function cardOf(id: FailureId) {
  await world.run();
  const [card] = world.posts('shop', id);
  if (!card) throw new Error(`no card of ${id}`);
  return card;
}

describe('a click', () => {
  it('is answered truthfully when somebody was faster', async () => {
    const card = await cardOf(await world.signal({}));
    const grace = world.slack.act('grace');
    const [one, other] = await Promise.all([ada().click(card, 'Acknowledge'), grace.click(card, 'Acknowledge')]);
    expect([one, other]).toEqual([{ ok: true }, { ok: true }]);
    const told = [ada(), grace].filter((user) => saidTo(user).includes('already acknowledged'));
    expect(told).toHaveLength(1);
  });

  it('on the card of an earlier episode changes nothing and says where to look', async () => {
    const summary = `Stock of ${freshWord()} is wrong`;
    const id = await world.signal({ summary });
    const card = await cardOf(id);
    await ada().click(card, 'Resolve…');
    await ada().submit({});
    world.clock.now += 60_000;
    await world.signal({ summary });
    // The old card still shows its buttons: nothing was drawn since.
    await ada().click(card, 'Acknowledge');
    expect(saidTo()).toContain('earlier episode');
    expect((await world.failure(id)).status).toBe('open');
  });

  it('on Rollback & retry starts one run, and a second click starts none', async () => {
    const id = await world.signal({});
    const card = await cardOf(id);
    await Promise.all([ada().click(card, 'Rollback & retry'), world.slack.act('mei').click(card, 'Rollback & retry')]);
    const active = (await world.stores.runs.list(id)).filter(({ state }) => state === 'requested');
    expect(active).toHaveLength(1);
    await world.run();
    const now = world.posts('shop', id)[0];
    expect(JSON.stringify(now?.blocks)).toContain('waits for the runner');
    expect(JSON.stringify(now?.blocks)).not.toContain('kintsugi.rollback');
    expect(
      ada()
        .thread(card)
        .map(({ text }) => text)
        .join(),
    ).toContain('Rollback & retry: Shop, waiting for the runner'.replace('&', '&amp;'));
  });

  it('of somebody from another workspace is refused', async () => {
    const id = await world.signal({});
    await cardOf(id);
    expect(await handleOutsider(world, id)).toContain('Only members');
    expect((await world.failure(id)).status).toBe('open');
  });

  // Guards against strangers who are let in as long as Slack does not say whose the app is.
  it('changes nothing while Slack does not say whose the app is', async () => {
    const id = await world.signal({});
    expect(await handleOutsider(world, id, { team: 'T0HOME' })).toContain('Slack did not say who you are');
    expect((await world.failure(id)).status).toBe('open');
  });
});

describe('/failure report', () => {
  it('opens a form with the typed words, files it, and says what became of it', async () => {
    const summary = `Checkout of ${freshWord()} hangs`;
    expect(await ada().command('general', `/failure report ${summary}`)).toEqual({ ok: true });
    expect(JSON.stringify(ada().modals())).toContain(summary);
    const { options = [] } = await ada().suggest('modal', 'component', 'sho');
    expect(options.map(({ value }) => value)).toEqual(['shop', 'sho']);
    const item = WorkItemId.parse(`job-${freshWord()}`);
    const about = { kind: 'task', component: 'shop', priority: 300, by: 'test' } as const;
    await addWork(world, { ...about, id: item, title: 'Pay by invoice' });
    const offered = (await ada().suggest('modal', 'work-item', item.slice(0, 8))).options ?? [];
    expect(offered.map(({ value }) => value)).toEqual([item, item.slice(0, 8)]);
    expect(JSON.stringify(offered)).toContain(`${item} Pay by invoice`);
    const answer = await ada().submit({
      'data-impact': 'some',
      fixes: 'restarted it → no change',
      'work-item': item,
      component: 'shop',
      summary,
      details: 'Spinner for a minute, then nothing. <!channel> é 🏺',
      level: '3',
      impact: 'everybody who pays',
      state: 'degraded',
    });
    expect(answer).toEqual({ ok: true });
    const words = JSON.stringify(ada().modals());
    const id = /F-[0-9A-Z]{6}/.exec(words)?.[0] as FailureId;
    expect(words).toContain('filed: level 3, major; card in #shop');
    const { report, title } = await world.failure(id);
    expect({ title, by: report.reportedBy, labels: report.labels, impact: report.impact, state: report.state }).toEqual(
      {
        title: summary,
        by: world.slack.users.ada?.id,
        labels: undefined,
        impact: 'everybody who pays',
        state: { system: 'degraded', dataImpact: 'some' },
      },
    );
    expect(report).toMatchObject({
      attemptedFixes: [{ what: 'restarted it', result: 'no change' }],
      workItem: { id: item, title: 'Pay by invoice' },
    });
    const card = await cardOf(id);
    expect(JSON.stringify(card.blocks)).toMatch(/reported by [^<>@"]+"/);
    expect(card.notified, 'who reported it knows').not.toContain(ada().id);
  });

  it('says at the field what is missing, and keeps the form', async () => {
    await ada().command('general', '/failure report');
    const answer = await ada().submit({ component: 'shop', summary: '   ', level: 'unknown' });
    expect(answer.ok).toBe(false);
    expect(Object.keys(answer.errors ?? {})).toEqual(['summary']);
    expect(ada().modals()).toHaveLength(1);
    await ada().closeModal();
  });

  it('keeps what was typed when the table cannot be reached', async () => {
    await ada().command('general', '/failure report');
    const { intend } = world.stores.ledger;
    world.stores.ledger.intend = async () => {
      throw new Error('table away');
    };
    const answer = await ada().submit({ component: 'shop', summary: 'Something', level: 'unknown' });
    world.stores.ledger.intend = intend;
    expect(answer.errors?.summary).toContain('request-1');
    expect(ada().modals()).toHaveLength(1);
    await ada().closeModal();
  });
});

describe('/failure report, changed after a first try that failed', () => {
  // Guards against "filed" being said of words that were never stored.
  it('says that the earlier words are filed, and keeps the form', async () => {
    const fill = (summary: string) => ada().submit({ component: 'shop', summary, level: 'unknown' });
    await ada().command('general', '/failure report');
    const { open } = world.stores.failures;
    world.failures.open = async () => {
      throw new Error('table away');
    };
    const summary = `Invoice of ${freshWord()} is empty`;
    await fill(summary);
    world.failures.open = open;
    const answer = await fill(`${summary}, and so is the next`);
    expect(answer.errors?.summary).toContain('is filed already');
    expect(ada().modals()).toHaveLength(1);
    expect(await fill(summary)).toEqual({ ok: true });
    await ada().closeModal();
  });
});

describe('/failure list and show', () => {
  it('lists worst first, page by page, with buttons that redraw the page', async () => {
    const component = freshWord();
    for (let count = 0; count < 13; count++) {
      await world.signal({ component, summary: `Case ${freshWord()}`, severity: count === 7 ? 5 : 2 });
    }
    await ada().command('general', `/FAILURE  list   Component: ${component}`.toLowerCase());
    const page = lastAnswer();
    if (!page) throw new Error('no answer');
    const ids = [...new Set(JSON.stringify(page).match(/F-[0-9A-Z]{6}/g))];
    expect(ids).toHaveLength(10);
    expect((await world.failure(ids[0] as FailureId)).level).toBeGreaterThan(2);
    await ada().click(page, 'Acknowledge');
    expect((await world.failure(ids[0] as FailureId)).status).toBe('acknowledged');
    expect(saidTo()).toContain('acknowledged by');
    await ada().click(lastAnswer() ?? page, 'Next page');
    const second = [...new Set(saidTo().match(/F-[0-9A-Z]{6}/g))];
    expect(second).toHaveLength(3);
    expect(second.filter((id) => ids.includes(id))).toEqual([]);
    await ada().click(lastAnswer() ?? page, 'First page');
    expect([...new Set(saidTo().match(/F-[0-9A-Z]{6}/g))]).toEqual(ids);
  });

  it('lists what was resolved, and finds a failure by the beginning of its id', async () => {
    const component = freshWord();
    const id = await world.signal({ component });
    await world.signal({ component });
    await resolveFailure(world, { failureId: id, by: ada().id });
    await ada().command('general', `/failure list status:resolved component:${component} by:me since:24h`);
    expect(saidTo()).toContain(id);
    expect([...new Set(saidTo().match(/F-[0-9A-Z]{6}/g))]).toEqual([id]);
    await ada().command('general', `/failure show ${id.slice(0, 7)}`);
    expect(saidTo()).toContain(id);
  });

  it('--public shows the channel who asked what, and rings nobody', async () => {
    const component = freshWord();
    const id = await world.signal({ component });
    await acknowledgeFailure(world, { failureId: id, by: ada().id });
    await ada().command('general', `/failure list --public component:${component}`);
    const shown = world.slack.act('grace').channel('general').at(-1);
    expect(JSON.stringify(shown?.blocks)).toContain(id);
    expect(JSON.stringify(shown?.blocks)).toContain('asked: `/failure list --public');
    expect(JSON.stringify(shown)).not.toMatch(/<@|"user_id"/);
  });

  it('shows everything of one failure, at level 1 too, with the buttons that fit', async () => {
    const id = await world.signal({
      component: 'docs',
      summary: `Typo in the documentation of ${freshWord()}`,
      details: 'line one\nline two',
      severity: 1,
      attemptedFixes: [{ what: 'read it again', result: 'still wrong' }],
    });
    await ada().command('general', `/failure show ${id.toLowerCase().replace('-', '')}`);
    const shown = lastAnswer();
    if (!shown) throw new Error('no answer');
    for (const words of ['line one\\nline two', 'read it again', 'Opened at level 1'])
      expect(saidTo()).toContain(words);
    await ada().click(shown, 'Resolve…');
    await ada().submit({});
    expect((await world.failure(id)).status).toBe('resolved');
    expect(JSON.stringify(ada().modals())).toContain('is resolved');
    await ada().closeModal();
  });

  it('starts from there what the card starts, and says so there', async () => {
    const id = await world.signal({});
    await ada().command('general', `/failure show ${id}`);
    const shown = lastAnswer();
    if (!shown) throw new Error('no answer');
    await ada().click(shown, 'Rollback & retry');
    expect(await world.stores.runs.list(id)).toMatchObject([{ strategy: 'rollback-and-retry', state: 'requested' }]);
    expect(lastAnswer()?.ts).toBe(shown.ts);
    expect(saidTo()).toContain('*Rollback & retry* is asked for. Its plan and its steps appear in the card');
    expect(saidTo()).not.toContain('kintsugi.rollback');
  });

  it('says what to do about a word or an id that is not known', async () => {
    const id = await world.signal({});
    for (const [typed, answer] of [
      ['lst', 'Did you mean `/failure list`?'],
      ['show', 'Say its id'],
      ['show F-000000', '`/failure list` shows the open ones'],
      ['list severity&gt;=9', 'is not a filter'],
      ['help', 'What you can do'],
      ['', 'What you can do'],
      ['checklist F-000000', 'F-000000 is not known here'],
      [`checklist ${id}`, `${id} is a failure, its component is *shop*: \`/failure checklist shop\``],
      [`${id} clean --dry-run`, '`/failure clean shop --dry-run`'],
      ['<!channel>', 'There is no “&lt;!channel&gt;”'],
    ]) {
      await ada().command('general', `/failure ${typed}`);
      expect(lastAnswer()?.text).toContain(answer);
    }
  });
});
