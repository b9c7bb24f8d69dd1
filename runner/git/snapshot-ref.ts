import { GitRefusal } from './git-refusal.ts';
import type { SnapshotKind } from './snapshot-details.ts';

const folders = {
  saved: 'saved',
  checkpoint: 'checkpoints',
  'before-recovery': 'before-recovery',
  'before-undo': 'before-undo',
} satisfies Record<SnapshotKind, string>;

/** `refs/kintsugi/checkpoints/api/good-1`, `refs/kintsugi/before-recovery/RUN` … */
export function snapshotRef(kind: SnapshotKind, name: string, component?: string): string {
  const parts = component === undefined ? [name] : [component, name];
  return `refs/kintsugi/${[folders[kind], ...parts.map(assertName)].join('/')}`;
}

/** All checkpoints of a component lie under this. */
export function checkpointFolder(component: string): string {
  return `refs/kintsugi/${folders.checkpoint}/${assertName(component)}/`;
}

/** Narrower than git's own rule, so that a name is also safe in a message, a button and a file name. */
function assertName(name: string): string {
  const isFine = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name) && !name.includes('..') && !/(\.lock|\.)$/i.test(name);
  if (!isFine) throw new GitRefusal('name_not_allowed', `${JSON.stringify(name)} cannot be a name here`, { name });
  return name;
}
