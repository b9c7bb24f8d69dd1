import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import { claimNext } from '../../../lib/work/claim-next.ts';
import { finishWork } from '../../../lib/work/finish-work.ts';
import { reorderWork } from '../../../lib/work/reorder-work.ts';
import { type WorkItem, WorkItemId } from '../../../lib/work/work-item.ts';
import { FolderMissingError, states } from '../../../runner/mirror/folder.ts';
import { fieldNames, readItem } from '../../../runner/mirror/item-file.ts';
import { changeItem, fieldsOf, folderOf } from '../../../runner/mirror/queue-side.ts';
import { type Mirror, syncFolder } from '../../../runner/mirror/sync-folder.ts';
import '../../repeatable.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder, an empty queue, and hands for both. */
function world() {
  const folder = mkdtempSync(join(tmpdir(), 'mirror-'));
  folders.push(folder);
  const { work, gates } = memoryStores();
  const clock = { at: Date.now() };
  let ids = 0;
  const nextId = () => `action-${String(ids++).padStart(6, '0')}`;
  const ports = {
    work,
    gates,
    now: () => new Date(clock.at),
    ids: { actionId: nextId, workItemId: () => WorkItemId.parse(`W-${String(ids++).padStart(8, '0')}`) },
  };
  const lines: string[] = [];
  const mirror: Mirror = {
    folder,
    recordsFile: join(folder, '.records.json'),
    queue: { ports, component: 'shop', holder: 'files:demo' },
    log: (line) => void lines.push(line),
  };
  let round = 0;
  const path = (name: string) => join(folder, name);
  return {
    ports,
    clock,
    mirror,
    lines,
    path,
    /** Round after round, until every item had its turn. */
    async sync(rounds = 8) {
      let last = await syncFolder(mirror, round++);
      for (let more = 1; more < rounds; more++) last = await syncFolder(mirror, round++);
      return last;
    },
    write(name: string, text: string) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(path(name), text);
      utimesSync(path(name), new Date(clock.at - 60_000), new Date(clock.at - 60_000));
    },
    move: (from: string, to: string) => renameSync(path(from), path(to)),
    read: (name: string) => readFileSync(path(name), 'utf8'),
    names: () =>
      [...states, 'conflicts'].flatMap((state) => names(join(folder, state)).map((name) => `${state}/${name}`)),
    item: async (id: string): Promise<WorkItem | undefined> => (await work.get(WorkItemId.parse(id)))?.item,
    async edit(id: string, values: Partial<ReturnType<typeof fieldsOf>>) {
      const stored = await work.get(WorkItemId.parse(id));
      if (!stored) throw new Error(`no ${id}`);
      const { item } = stored;
      const lastAction = { id: nextId(), by: 'U1', at: new Date(clock.at).toISOString() };
      const next = { ...item, ...values, version: item.version + 1, lastAction } as WorkItem;
      await work.save(next, { expectedVersion: item.version, dues: stored.dues });
    },
  };
}
const names = (folder: string): string[] => {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
};

const example = `# Do this first
id: t-1
title: Build the cart
type: resource
operation: improve
priority: high
estimated_hours: 2.5
requirements:
  - prices # in cents
  - taxes
notes: |
  Long text,
  two lines
`;

it('makes an item of a file, and leaves the file as it is', async () => {
  const w = world();
  w.write('pending/t-1.yaml', example);
  expect(await w.sync()).toMatchObject({ files: 1, conflicts: 0, problems: [] });
  expect(await w.item('t-1')).toMatchObject({
    state: 'pending',
    title: 'Build the cart',
    kind: 'task',
    priority: 200,
    estimateMinutes: 150,
    requirements: ['prices', 'taxes'],
    component: 'shop',
  });
  expect(w.read('pending/t-1.yaml')).toBe(example);
});

it('carries an edit of either side to the other, and keeps the own keys and comments of the file', async () => {
  const w = world();
  w.write('pending/t-1.yaml', example);
  await w.sync();
  w.write('pending/t-1.yaml', example.replace('Build the cart', 'Build a cart'));
  await reorderWork(w.ports, { id: WorkItemId.parse('t-1'), priority: 50, by: 'U1' });
  await w.sync();
  expect(await w.item('t-1')).toMatchObject({ title: 'Build a cart', priority: 50 });
  expect(w.read('pending/t-1.yaml')).toBe(
    example.replace('Build the cart', 'Build a cart').replace('priority: high', 'priority: 50'),
  );
});

it('overwrites nothing when both sides changed the same, and the one who removes the note decides', async () => {
  const w = world();
  w.write('pending/t-1.yaml', example);
  await w.sync();
  const mine = example.replace('Build the cart', 'Mine');
  w.write('pending/t-1.yaml', mine);
  await w.edit('t-1', { title: 'Theirs' });
  expect(await w.sync()).toMatchObject({ conflicts: 1 });
  expect(w.read('pending/t-1.yaml')).toBe(mine);
  expect(await w.item('t-1')).toMatchObject({ title: 'Theirs' });
  expect(w.read('conflicts/t-1.yaml')).toContain('title: Theirs');
  unlinkSync(w.path('conflicts/t-1.yaml'));
  expect(await w.sync()).toMatchObject({ conflicts: 0 });
  expect(await w.item('t-1')).toMatchObject({ title: 'Mine' });
  expect(w.names()).toEqual(['pending/t-1.yaml']);
});

it('moves the file of an item that is claimed and done, and takes a moved file for the same', async () => {
  const w = world();
  w.write('pending/t-1.yaml', example);
  await w.sync();
  const claim = await claimNext(w.ports, { holder: 'agent-1' });
  if (claim.kind !== 'claimed') throw new Error('nothing to claim');
  await w.sync();
  expect(w.names()).toEqual(['in-progress/t-1.yaml']);
  const { token } = claim.item.lease;
  await finishWork(w.ports, { id: claim.item.id, token });
  await w.sync();
  expect(w.names()).toEqual(['done/t-1.yaml']);
  w.write('pending/t-2.yaml', 'title: Second\n');
  await w.sync();
  w.move('pending/t-2.yaml', 'in-progress/t-2.yaml');
  await w.sync();
  expect(await w.item('t-2')).toMatchObject({ state: 'in-progress', lease: { holder: 'files:demo' } });
  w.move('in-progress/t-2.yaml', 'failed/t-2.yaml');
  await w.sync();
  expect(await w.item('t-2')).toMatchObject({ state: 'failed', failedAttempts: 1 });
});

it('waits with a moved file while somebody else works on its item', async () => {
  const w = world();
  w.write('pending/t-1.yaml', example);
  await w.sync();
  const claim = await claimNext(w.ports, { holder: 'agent-1' });
  w.move('pending/t-1.yaml', 'failed/t-1.yaml');
  await w.sync();
  expect(await w.item('t-1')).toMatchObject({ state: 'in-progress', lease: { holder: 'agent-1' } });
  expect(w.names()).toEqual(['failed/t-1.yaml']);
  if (claim.kind !== 'claimed') throw new Error('nothing to claim');
  await finishWork(w.ports, { id: claim.item.id, token: claim.item.lease.token });
  await w.sync();
  expect(w.names()).toEqual(['done/t-1.yaml']);
});

it('writes a file for an item that has none, and never over another one', async () => {
  const w = world();
  w.write('pending/t-9.yaml', '{ half written');
  await w.ports.work.create({ ...(await sample(w)), id: WorkItemId.parse('t-9') }, {});
  await w.ports.work.create({ ...(await sample(w)), id: WorkItemId.parse('t-8') }, {});
  const outcome = await w.sync();
  expect(w.read('pending/t-9.yaml')).toBe('{ half written');
  expect(readItem(w.read('pending/t-8.yaml'), 't-8')).toMatchObject({
    kind: 'item',
    fields: { title: 'From the queue' },
  });
  expect(outcome.problems).toMatchObject([{ file: 'pending/t-9.yaml' }]);
});

it('cancels the item of a removed file, but nothing when all files are gone at once', async () => {
  const w = world();
  for (let n = 0; n < 12; n++) w.write(`pending/t-${n}.yaml`, `title: Item ${n}\n`);
  await w.sync();
  unlinkSync(w.path('pending/t-0.yaml'));
  await w.sync();
  expect(await w.item('t-0')).toMatchObject({ state: 'cancelled', title: 'Item 0' });
  for (let n = 1; n < 12; n++) renameSync(w.path(`pending/t-${n}.yaml`), w.path(`t-${n}.away`));
  expect((await w.sync()).problems).toMatchObject([{ problem: '11 files are gone at once: no item was cancelled' }]);
  expect(await w.item('t-5')).toMatchObject({ state: 'pending' });
  for (let n = 1; n < 12; n++) renameSync(w.path(`t-${n}.away`), w.path(`pending/t-${n}.yaml`));
  expect(await w.sync()).toMatchObject({ problems: [] });
  rmSync(w.mirror.folder, { recursive: true });
  await expect(w.sync()).rejects.toThrow(FolderMissingError);
});

it('takes a file that comes back for its item again', async () => {
  const w = world();
  for (const id of ['t-1', 't-2', 't-3']) w.write(`pending/${id}.yaml`, `title: ${id}\n`);
  await w.sync();
  w.move('pending/t-1.yaml', 't-1.away');
  await w.sync();
  expect(await w.item('t-1')).toMatchObject({ state: 'cancelled' });
  w.move('t-1.away', 'pending/t-1.yaml');
  await w.sync();
  expect(await w.item('t-1')).toMatchObject({ state: 'pending' });
  expect(w.names()).toEqual(['pending/t-1.yaml', 'pending/t-2.yaml', 'pending/t-3.yaml']);
});

// Guards against items that were cancelled because one look at the folder did not see their files.
it('cancels nothing while files move, grow too large, cannot be read, or a killed mirror had set one aside', async () => {
  const w = world();
  for (let n = 0; n < 40; n++) w.write(`failed/t-${n}.yaml`, `title: Item ${n}\n`);
  await w.sync();
  const rounds = w.sync(20);
  for (let n = 0; n < 30; n++) {
    w.move(`failed/t-${n}.yaml`, `pending/t-${n}.yaml`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await rounds;
  w.write('failed/t-30.yaml', `title: Item 30\nnotes: ${'x'.repeat(300_000)}\n`);
  w.move('failed/t-31.yaml', 'failed/.t-31.yaml.6f1c2b34-0000-4000-8000-000000000000.old');
  unlinkSync(w.path('failed/t-32.yaml'));
  symlinkSync('/nowhere', w.path('failed/t-32.yaml'));
  w.write('failed/t-33.yaml', 'title: *nothing\n');
  const latin = Buffer.from('title: caf\xe9\n', 'latin1');
  writeFileSync(w.path('failed/t-34.yaml'), latin);
  await w.sync();
  for (let n = 0; n < 40; n++) {
    const state = n < 30 ? 'pending' : 'failed';
    expect([n, (await w.item(`t-${n}`))?.state]).toEqual([n, state]);
  }
  expect(w.names()).toContain('failed/t-31.yaml');
  expect(readFileSync(w.path('failed/t-34.yaml'))).toEqual(latin);
});

it('keeps a secret on this host, and says so', async () => {
  const w = world();
  w.write(
    'pending/t-1.yaml',
    `title: Deploy\nnotes: use ${['ghp', 'Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4zAb3d'].join('_')}\n`,
  );
  const { problems } = await w.sync();
  expect(problems).toMatchObject([{ file: 'pending/t-1.yaml', problem: expect.stringContaining('secret') }]);
  expect(await w.item('t-1')).toBeUndefined();
});

// Guards against files that were refused as secrets because their lines end as on Windows.
it('mirrors a file with the line ends of Windows and keeps them, and names what nobody sees', async () => {
  const w = world();
  const windows = example.replaceAll('\n', '\r\n');
  w.write('pending/t-1.yaml', windows);
  w.write('pending/t-2.yaml', 'title: \u202eTwo\n');
  expect((await w.sync()).problems).toMatchObject([
    { file: 'pending/t-2.yaml', problem: expect.stringContaining('characters that nobody sees') },
  ]);
  expect(await w.item('t-1')).toMatchObject({ title: 'Build the cart', notes: 'Long text,\ntwo lines\n' });
  await reorderWork(w.ports, { id: WorkItemId.parse('t-1'), priority: 50, by: 'U1' });
  await w.sync();
  expect(w.read('pending/t-1.yaml')).toBe(windows.replace('priority: high', 'priority: 50'));
});

it('puts back what an editor saved by renaming while a file was moved, and goes on after a kill', async () => {
  const w = world();
  w.write('pending/t-1.yaml', example);
  await w.sync();
  // As a kill leaves it: set aside, in its new place, and not yet gone.
  w.write('done/t-1.yaml', example);
  w.move('pending/t-1.yaml', 'pending/.t-1.yaml.6f1c2b34-0000-4000-8000-000000000000.old');
  await w.sync();
  expect(w.names()).toEqual(['done/t-1.yaml']);
  expect(await w.item('t-1')).toMatchObject({ state: 'done' });
});

it('leaves what is no item alone and names it', async () => {
  const w = world();
  w.write('pending/a.yaml', 'title: [unclosed');
  w.write('pending/b.yaml', 'title: B\npriority: soon\n');
  w.write('pending/c.yaml', 'id: same\ntitle: C\n');
  w.write('failed/d.yaml', 'id: same\ntitle: D\n');
  w.write('pending/notes.txt', 'not an item');
  const { problems } = await w.sync();
  expect(problems.map(({ file }) => file).sort()).toEqual(['failed/d.yaml', 'pending/a.yaml', 'pending/b.yaml']);
  expect(problems.find(({ file }) => file === 'pending/b.yaml')?.problem).toBe(
    'priority: must be a whole number, or one of urgent, critical, high, medium, normal, low',
  );
  expect(w.read('failed/d.yaml')).toBe('id: same\ntitle: D\n');
});

async function sample({ clock }: ReturnType<typeof world>): Promise<WorkItem> {
  const at = new Date(clock.at).toISOString();
  return {
    schema: 1,
    id: WorkItemId.parse('x'),
    version: 1,
    kind: 'fix',
    title: 'From the queue',
    component: 'shop',
    priority: 100,
    requirements: [],
    failedAttempts: 0,
    renewals: 0,
    createdAt: at,
    createdBy: 'U1',
    lastAction: { id: 'made', by: 'U1', at },
    state: 'pending',
  };
}

const Act = fc.record({
  side: fc.constantFrom('file', 'queue', 'move', 'sync'),
  id: fc.constantFrom('t-1', 't-2'),
  field: fc.constantFrom('title', 'priority', 'notes'),
  place: fc.constantFrom(...states),
});

it('loses no edit and no item, whatever is done on both sides', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(Act, { maxLength: 14 }), async (acts) => {
      const w = world();
      for (const id of ['t-1', 't-2']) w.write(`pending/${id}.yaml`, `id: ${id}\ntitle: Start\nkeep: me\n`);
      await w.sync();
      const last = new Map<string, { file?: unknown; queue?: unknown }>();
      let n = 0;
      for (const { side, id, field, place } of acts) {
        n++;
        const at = w.names().find((name) => name.endsWith(`/${id}.yaml`) && !name.startsWith('conflicts'));
        if (!at) throw new Error(`${id} has no file`);
        const value = field === 'priority' ? n : `edit ${n}`;
        const key = `${id} ${field}`;
        if (side === 'file') {
          const text = w
            .read(at)
            .split('\n')
            .filter((line) => !line.startsWith(`${field}:`));
          w.write(at, `${text.filter((line) => line !== '').join('\n')}\n${field}: ${value}\n`);
          last.set(key, { ...last.get(key), file: value });
        } else if (side === 'queue') {
          // What is done is history on both sides: only its file is still looked at.
          const known = await w.item(id);
          if (known === undefined || folderOf(known) === 'done') continue;
          await w.edit(id, { [field]: value });
          last.set(key, { ...last.get(key), queue: value });
        } else if (side === 'move') {
          if (!at.startsWith(place)) w.move(at, `${place}/${id}.yaml`);
        } else {
          await w.sync();
          for (const [edited] of last) if (edited.startsWith(id)) last.delete(edited);
          for (const name of ['t-1', 't-2']) for (const field of fieldNames) last.delete(`${name} ${field}`);
        }
      }
      await w.sync();
      for (const id of ['t-1', 't-2']) {
        const item = await w.item(id);
        const at = w.names().find((name) => name.endsWith(`/${id}.yaml`) && !name.startsWith('conflicts'));
        if (!item || !at) throw new Error(`${id} was lost`);
        const file = readItem(w.read(at), id);
        if (file.kind !== 'item') throw new Error(file.problem);
        const isNoted = w.names().includes(`conflicts/${id}.yaml`);
        expect(w.read(at)).toContain('keep: me');
        expect(at.startsWith(folderOf(item))).toBe(true);
        if (!isNoted) expect(file.fields).toEqual(fieldsOf(item));
        for (const field of ['title', 'priority', 'notes'] as const) {
          const edits = last.get(`${id} ${field}`);
          const said = [file.fields[field], fieldsOf(item)[field]];
          if (edits?.file !== undefined) expect(said).toContain(edits.file);
          if (edits?.queue !== undefined) expect(said).toContain(edits.queue);
        }
      }
    }),
    { numRuns: 40 },
  );
});

it('does not change an item that is not as it was read', async () => {
  const w = world();
  w.write('pending/t-1.yaml', example);
  await w.sync();
  const stale = await w.item('t-1');
  await w.edit('t-1', { title: 'Newer' });
  const changed = await changeItem(w.mirror.queue, WorkItemId.parse('t-1'), {
    expectedVersion: stale?.version ?? 0,
    place: 'done',
  });
  expect(changed).toBeUndefined();
  expect(await w.item('t-1')).toMatchObject({ state: 'pending', title: 'Newer' });
});
