import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redact } from '../../../lib/adapters/redaction/redact.ts';
import { editReportForm } from '../../../lib/adapters/slack/listeners/edit-report-by-hand.ts';
import { fixText } from '../../../lib/adapters/slack/outcome-texts.ts';
import type { FailureId } from '../../../lib/failure/ids.ts';
import { mergeFailures } from '../../../lib/failure/merge-failures.ts';
import { resolveFailure } from '../../../lib/failure/resolve-failure.ts';
import { asMemory } from '../../../lib/pattern/similar-failures.ts';
import { applyWorkaround } from '../../../lib/recovery/apply-workaround.ts';
import { exportReport } from '../../../lib/report/export-report.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

type Name = 'ada' | 'grace' | 'linus';
const person = (name: Name) => world.slack.act(name);
const idOf = (name: Name) => world.slack.users[name]?.id ?? '';
const modal = (name: Name) => JSON.stringify(person(name).modals().at(-1) ?? '');
const report = async (id: FailureId) => (await world.failure(id)).report;
const markdown = (id: FailureId) => exportReport(world, { failureId: id });

async function edit(id: FailureId, ...names: Name[]) {
  for (const name of names) await person(name).command('general', `/failure edit ${id}`);
}
/** By way of `/failure show`, which is only on this person's screen. */
async function openResolve(id: FailureId, ...names: Name[]) {
  for (const name of names) {
    await person(name).command('general', `/failure show ${id}`);
    const shown = person(name).ephemerals().at(-1);
    if (!shown) throw new Error('no answer');
    await person(name).click(shown, 'Resolve…');
  }
}
async function closeAll(...names: Name[]) {
  for (const name of names) await person(name).closeModal({ all: true });
}

describe('the form of a report', () => {
  it('shows what is known, and what is written there is in show, export and on the timeline', async () => {
    const id = await world.signal({ attemptedFixes: [{ what: 'restarted it', result: 'no change' }] });
    await edit(id, 'ada');
    for (const words of ['restarted it → no change', 'Up to 500 characters', 'Up to 3000 characters', 'Not known']) {
      expect(modal('ada')).toContain(words);
    }
    const filling = {
      impact: 'All <!channel> shops',
      rootCause: 'The disk was full',
      attemptedFixes: 'restarted it → no change\ncleared /tmp -> it went on for an hour',
      dataImpact: 'none',
      longTerm: 'A bigger disk',
      lessons: 'Watch the disk',
      prevention: 'An alarm at 80 %',
    };
    const both = await Promise.all([person('ada').submit(filling), person('ada').submit(filling)]);
    expect(both).toEqual([{ ok: true }, { ok: true }]);
    const entries = (await world.failures.timeline(id)).filter(({ kind }) => kind === 'report-edited');
    expect(entries).toMatchObject([
      {
        by: idOf('ada'),
        text: 'Report edited: Impact, Root cause, Attempted fixes, Data impact, Long-term solution, Lessons learned, Prevention',
      },
    ]);
    expect(await markdown(id)).toMatch(
      /### Root Cause\nThe disk was full\n[\s\S]*2\. cleared \/tmp\n {3}- Result: it went on for an hour[\s\S]*- Data impact: None[\s\S]*3\. Long-term solution: A bigger disk[\s\S]*- Watch the disk\n- To prevent recurrence: An alarm at 80 %/,
    );
    await person('grace').command('general', `/failure show ${id}`);
    const shown = JSON.stringify(person('grace').ephemerals().at(-1));
    for (const words of ['Root cause', 'The disk was full', 'A bigger disk', 'Edit report…'])
      expect(shown).toContain(words);
    expect(shown).not.toContain('"<!channel>');
    expect(modal('ada')).toBe('""');
  });

  it('sent off untouched changes nothing', async () => {
    const id = await world.signal({ details: '  what happened,\r\nwith\ttabs and spaces  ' });
    await edit(id, 'ada');
    expect(await person('ada').submit({})).toEqual({ ok: true });
    expect(await world.failures.timeline(id)).toHaveLength(1);
  });

  it('keeps whole what is too long for it, says so, and adds what is typed at its end', async () => {
    const long = `first line\n${'x'.repeat(4000)}\nlast line`;
    const id = await world.signal({ details: long });
    await edit(id, 'ada');
    expect(modal('ada')).toContain('too long for a form and is kept whole');
    await person('ada').submit({ whatHappened: 'It was the disk.' });
    const text = await markdown(id);
    for (const words of ['first line', 'x'.repeat(4000), 'last line\nIt was the disk.']) expect(text).toContain(words);
  });

  it('keeps what two people add to what is too long', async () => {
    const id = await world.signal({ details: `first line\n${'x'.repeat(4000)}` });
    await edit(id, 'ada', 'grace');
    await person('grace').submit({ whatHappened: 'It was the disk.' });
    expect(await person('ada').submit({ whatHappened: 'It was the pool.' })).toEqual({ ok: true });
    expect(modal('ada')).toContain('What happened: add to it');
    await person('ada').submit({});
    expect(await markdown(id)).toContain('xxx\nIt was the disk.\nIt was the pool.');
  });

  it('takes secrets out before anything is kept', async () => {
    const id = await world.signal({});
    const key = ['xoxb', '123456789012', 'abcdefghijklmnopqrstuvwx'].join('-');
    const values = { lessons: { lessons: { type: 'plain_text_input', value: `It logged ${key}` } } };
    const metadata = JSON.stringify({ failureId: id, episode: 1, base: 0 });
    const form = { id: 'V1', private_metadata: metadata, state: { values } };
    expect(await editReportForm.submit({ ...world, redact }, form, idOf('ada'))).toEqual({ closed: true });
    const kept = JSON.stringify([
      await world.reports.list(id),
      await world.failure(id),
      await world.failures.timeline(id),
    ]);
    expect(kept).toContain('It logged');
    expect(kept).not.toContain(key);
  });

  it('says at the field which attempted fix is too long, and stays open', async () => {
    const id = await world.signal({});
    await edit(id, 'ada');
    const { errors } = await person('ada').submit({ attemptedFixes: `waited\n${'y'.repeat(501)}` });
    expect(errors?.attemptedFixes).toContain('Line 2 has a part of 501 characters; 500 fit');
    await closeAll('ada');
  });

  it('shows who changed what meanwhile, saves the rest, and asks again what both changed', async () => {
    const id = await world.signal({});
    await edit(id, 'ada', 'grace');
    await person('grace').submit({ impact: 'All shops', lessons: 'Watch the disk', system: 'down' });
    expect(await person('ada').submit({ impact: 'Two shops', rootCause: 'The disk was full' })).toEqual({ ok: true });
    for (const words of [
      `<@${idOf('grace')}> changed *Impact*, *System state* and *Lessons learned* since you opened this`,
      'What you wrote under *Root cause* is saved',
      'All shops',
      'Two shops',
    ]) {
      expect(modal('ada')).toContain(words);
    }
    expect(await report(id)).toMatchObject({ impact: 'All shops' });
    expect(await markdown(id)).toContain('The disk was full');
    // What both wrote stands in the field until somebody says what it is to be.
    expect(await person('ada').submit({ impact: 'Two shops, then all' })).toEqual({ ok: true });
    expect(await report(id)).toMatchObject({ impact: 'Two shops, then all', state: { system: 'down' } });
    expect(await markdown(id)).toContain('Watch the disk');
    expect(modal('ada')).toBe('""');
  });

  it('is asked once more when the other is faster again, with both, and nothing typed is lost', async () => {
    const id = await world.signal({});
    await edit(id, 'ada', 'grace', 'linus');
    await person('grace').submit({ lessons: 'Watch the disk' });
    await person('ada').submit({ lessons: 'Renew in time' });
    await person('linus').submit({ lessons: 'Ask Mei' });
    await person('linus').submit({ lessons: 'Ask Mei first' });
    await person('ada').submit({});
    expect(modal('ada')).toContain(`<@${idOf('linus')}> changed *Lessons learned*`);
    expect(modal('ada')).toContain('Renew in time');
    await person('ada').submit({});
    const text = await markdown(id);
    for (const words of ['Ask Mei first', 'Renew in time', 'Watch the disk']) expect(text).toContain(words);
  });

  it('says that others changed something else, and keeps both', async () => {
    const id = await world.signal({});
    await edit(id, 'ada', 'grace');
    await person('grace').submit({ shortTerm: 'More disk' });
    await person('ada').submit({ longTerm: 'Another host' });
    expect(modal('ada')).toContain(`Saved. <@${idOf('grace')}> changed *Short-term fix*`);
    expect(await markdown(id)).toMatch(/2\. Short-term fix: More disk\n3\. Long-term solution: Another host/);
    await closeAll('ada');
  });

  it('of what happened again, or was merged meanwhile, stays open with what was typed, and says why', async () => {
    const summary = `Pages of ${Math.random()} are slow`;
    const id = await world.signal({ summary });
    await edit(id, 'ada');
    await resolveFailure(world, { failureId: id, by: idOf('grace') });
    world.clock.now += 60_000;
    expect(await world.signal({ summary })).toBe(id);
    expect((await person('ada').submit({ impact: 'All' })).errors?.impact).toContain('happened again since');
    await closeAll('ada');

    world.clock.now += 60_000;
    const younger = await world.signal({});
    await edit(younger, 'ada');
    await mergeFailures(world, { ids: [id, younger], by: idOf('grace') });
    expect((await person('ada').submit({ impact: 'All' })).errors?.impact).toContain(`is part of ${id}`);
    await closeAll('ada');
    await edit(younger, 'ada');
    expect(modal('ada')).toBe('""');
    expect(JSON.stringify(person('ada').ephemerals().at(-1))).toContain(`is part of ${id}`);
  });
});

describe('the form of a resolution', () => {
  it('is sent off as it is, with one more press', async () => {
    const id = await world.signal({});
    await openResolve(id, 'ada');
    expect(modal('ada')).toContain('All of it may stay empty');
    expect(await Promise.all([person('ada').submit({}), person('ada').submit({})])).toEqual([
      { ok: true },
      { ok: true },
    ]);
    expect(await world.failure(id)).toMatchObject({ status: 'resolved', resolvedBy: idOf('ada') });
    expect((await report(id)).written).toBeUndefined();
    expect(modal('ada')).toContain('is resolved');
    await closeAll('ada');
  });

  it('puts what was said into the report, onto the timeline and into memory’s words', async () => {
    const id = await world.signal({});
    await openResolve(id, 'ada');
    await person('ada').submit({
      rootCause: 'It had expired',
      fixedBy: 'Put the old certificate back',
      prevention: 'Renew it by itself',
    });
    expect(await report(id)).toMatchObject({ fixedBy: 'Put the old certificate back' });
    expect((await world.failures.timeline(id)).at(-1)).toMatchObject({
      kind: 'resolved',
      text: 'Resolved by hand: Put the old certificate back',
      list: ['Root cause: It had expired', 'Prevention: Renew it by itself'],
    });
    expect(await markdown(id)).toMatch(
      /### Root Cause\nIt had expired[\s\S]*; Fixed by: Put the old certificate back[\s\S]*To prevent recurrence: Renew it by itself[\s\S]*- Outcome: resolved by hand: Put the old certificate back/,
    );
    await closeAll('ada');
  });

  it('is filled in with the workaround that stands, and the next failure like it shows what fixed it', async () => {
    const id = await world.signal({});
    await applyWorkaround(world, {
      failureId: id,
      episode: 1,
      by: idOf('ada'),
      text: 'Restart it every hour',
      removeBy: new Date(world.clock.now + 86_400_000).toISOString(),
    });
    await openResolve(id, 'ada');
    expect(modal('ada')).toContain('Workaround: Restart it every hour');
    await person('ada').submit({});
    const memory = asMemory(await world.failure(id));
    expect(fixText(memory)).toBe('fixed by hand: Workaround: Restart it every hour');
    await closeAll('ada');
  });

  it('of what somebody else resolved meanwhile says who, and keeps what was typed', async () => {
    const id = await world.signal({});
    await openResolve(id, 'ada', 'grace');
    await person('grace').submit({ rootCause: 'The disk' });
    await person('ada').submit({ rootCause: 'The pool', lessons: 'Look at the pool' });
    expect(modal('ada')).toContain(`already resolved, by <@${idOf('grace')}>`);
    expect(modal('ada')).toContain('What you wrote under *Lessons learned* is saved');
    await person('ada').submit({});
    expect(await markdown(id)).toMatch(/The disk\nThe pool[\s\S]*- Look at the pool/);
    expect(await world.failure(id)).toMatchObject({ status: 'resolved', resolvedBy: idOf('grace') });
    await closeAll('grace');
  });
});
