import { basename, resolve } from 'node:path';
import type { WorkTreeConfig } from '../config.ts';
import { findRepository } from '../git/repository.ts';
import { readRunnerConfig } from '../read-config.ts';
import { realPlace } from '../real-place.ts';
import { Component, UsageError } from './options.ts';

interface PlaceFlags {
  component?: string | undefined;
  workTree?: string | undefined;
  config?: string | undefined;
}

/** The work tree is the one named, the component's own in runner.yml, or the one this folder is in. Two that differ are refused. */
export async function findPlace(flags: PlaceFlags): Promise<{ component: string; workTree: string }> {
  const configured = flags.config === undefined ? undefined : configuredTree(flags.config, flags);
  const folder = resolve(flags.workTree ?? configured?.path ?? process.cwd());
  const repository = await findRepository(folder);
  if (!repository) throw new UsageError(`${folder} is in no git work tree; name one with --work-tree`);
  const component = flags.component ?? configured?.component ?? basename(repository.root).toLowerCase();
  const parsed = Component.safeParse(component);
  if (!parsed.success) {
    throw new UsageError(`--component is missing, such as shop-api: the folder’s name "${component}" cannot be one`);
  }
  return { component: parsed.data, workTree: repository.root };
}

/** The work tree of a component in runner.yml; a name that stands nowhere there must not end up as that of another folder. */
function configuredTree(file: string, { component, workTree }: PlaceFlags): WorkTreeConfig {
  const all = Object.values(readRunnerConfig(file).workTrees);
  if (all.length === 0)
    throw new UsageError(`${file} names no work tree: add one there under workTrees, or leave --config out`);
  const trees = all.filter(({ path }) => workTree === undefined || realPlace(path) === realPlace(resolve(workTree)));
  if (workTree !== undefined && trees.length === 0) {
    const paths = all.map(({ path }) => path).join(', ');
    throw new UsageError(`${file} names no work tree ${workTree}; it names ${paths}`);
  }
  const names = trees.map((tree) => tree.component).join(', ');
  const [found, ...more] = trees.filter((tree) => component === undefined || tree.component === component);
  if (!found) throw new UsageError(`${file} names no work tree of ${component}; it names ${names}`);
  if (more.length === 0) return found;
  if (component === undefined) throw new UsageError(`--component is missing; ${file} names ${names}`);
  throw new UsageError(`${file} names several work trees of ${component}; choose one of them with --work-tree`);
}
