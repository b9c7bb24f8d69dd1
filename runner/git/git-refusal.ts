/** What a person can do next, one line a code. A refusal without advice does not compile. */
const nextStep = {
  git_missing: 'Install git 2.39 or later on this host, or put it on the PATH of the runner.',
  git_failed: 'Read what git said below, mend it, and try again. Nothing was changed.',
  git_timed_out: 'The disk or the repository is very slow. Look at the host, then try again.',
  output_too_large: 'The repository is larger than this tool handles. Give the component a smaller work tree.',
  folder_missing: 'Is it mounted? Bring it back, or correct its path, then try again.',
  not_a_work_tree: 'Name a folder that is a git work tree (`git init` makes one).',
  not_the_top: 'Name the top folder of the work tree instead; narrow the rollback by its paths.',
  bare_repository: 'A bare repository has no files to restore. Name a work tree.',
  not_trusted: 'The folder belongs to another user. Run the runner as that user, or add it to git `safe.directory`.',
  name_not_allowed: 'Use letters, digits, dot, dash and underscore, starting with a letter or digit (100 at most).',
  already_exists: 'Choose another name, or drop the old one first.',
  not_found: 'List what there is with `kintsugi checkpoint --list`, then name one of those.',
  of_another_work_tree: 'Take a checkpoint in this work tree, and roll back to that one.',
  snapshot_unreadable: 'This ref was not made by this tool, or by a newer one. Choose another checkpoint.',
  operation_in_progress: 'Finish or abort it first, then try again.',
  index_locked: 'Another git command is at work here. Wait for it; if none runs, remove the lock file.',
  ref_locked:
    'Another git command is at work here. Wait for it; if none runs, remove the lock file that git names below.',
  read_only: 'Mount this disk so that it can be written, then try again.',
  rollback_running: 'Another rollback works in this work tree. Wait until it has ended.',
  changed_by_others:
    'These files were changed after the failure. Settle them by hand, or leave them out of the rollback.',
  changed_since_plan: 'Look at the new preview and press again. What was there is untouched and saved.',
  plan_altered: 'The plan is not the one that was shown. Ask for a new preview.',
  nothing_saved: 'It is not one of this work tree, it touched nothing, or what it saved was dropped.',
  already_undone: 'This rollback was undone. Ask for a new one.',
  objects_missing: 'The repository lost objects that it needs (`git fsck` says more). Choose another checkpoint.',
  objects_elsewhere:
    'Nothing is fetched here unasked. Run `git fetch --refetch --no-filter` in that work tree once, then try again.',
  not_writable: 'Give the runner the right to write these folders, then try again.',
  disk_full: 'Free some space on this disk, then try again.',
  too_large: 'Move these files out of the work tree, ignore them, or raise the limit.',
  changing_while_saved: 'Stop what writes these files, then try again.',
  stopped_midway: 'Nothing is lost: undo it. That starts from the ref named here.',
  not_verified: 'Look at these paths. Nothing is lost: undo returns to the moment before.',
} as const;

export type GitRefusalCode = keyof typeof nextStep;

/** The git part of the runner said no. `evidence` holds the facts (paths, refs, what git said), `whatToDo` is for people. */
export class GitRefusal extends Error {
  override readonly name = 'GitRefusal';
  readonly code: GitRefusalCode;
  readonly evidence: Record<string, unknown>;
  readonly whatToDo: string;

  constructor(code: GitRefusalCode, message: string, evidence: Record<string, unknown> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.evidence = evidence;
    this.whatToDo = nextStep[code];
  }
}

/** Names the first few of many, so that a message stays readable. */
export function nameSome(paths: readonly string[], most = 5): string {
  const shown = paths.slice(0, most).map((path) => JSON.stringify(path));
  return paths.length > most ? `${shown.join(', ')} and ${paths.length - most} more` : shown.join(', ');
}
