import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { makeWorkTree, openWorkTree, type WorkTree } from '../runner/git/work-tree.ts';

/** A state that somebody may have left a repository in when the recovery comes. */
export interface State {
  /** After the checkpoint, before the failed work. */
  given?: (tree: WorkTree) => void;
  /** Beside the failed work, before anybody knows that it failed. */
  meanwhile?: (tree: WorkTree) => void;
  /** `components` of runner.yml. */
  components?: (tree: WorkTree) => Record<string, unknown>;
  /** After the failed work. */
  afterwards?: (tree: WorkTree) => void;
  /** What the recovery says when it does not touch this. */
  refused?: RegExp;
}

export const states: Record<string, State> = {
  'a clean tree': {},
  'staged work of others': {
    afterwards({ write, git }) {
      write('staged', 'staged\n');
      git('add', 'staged', 'src/b.js');
      write('staged', 'and changed again\n');
    },
  },
  'untracked work of others': { given: ({ write }) => write('mine/notes', 'untracked\n') },
  'ignored files': {
    given({ write }) {
      write('node_modules/cache/x', 'ignored\n');
      write('.env.log', 'SECRET\n');
    },
  },
  'paths in conflict after a merge was given up': {
    afterwards({ root, git, write }) {
      conflict({ git, write });
      execFileSync('sh', ['-c', 'rm -f .git/MERGE_*'], { cwd: root });
    },
  },
  'the middle of a merge': {
    afterwards: ({ git, write }) => conflict({ git, write }),
    refused: /in the middle of a merge/,
  },
  'the middle of a rebase': {
    afterwards({ git, write, root }) {
      sides({ git, write });
      execFileSync(
        'sh',
        ['-c', 'git -c user.name=T -c user.email=t@l rebase -q --autostash theirs >/dev/null 2>&1 || true'],
        {
          cwd: root,
        },
      );
    },
    refused: /in the middle of a rebase/,
  },
  'a work queue inside': {
    components: ({ root }) => ({ shop: { clean: { queue: join(root, 'queue') } } }),
    given({ write, commit }) {
      write('queue/pending/1.yaml', 'title: one\n');
      write('queue/pending/tracked.yaml', 'title: two\n');
      write('queue/failed/.keep', '');
      commit();
      write('queue/pending/3.yaml', 'title: three\n');
    },
    meanwhile({ write, remove }) {
      remove('queue/pending/1.yaml');
      write('queue/done/1.yaml', 'title: one\n');
      remove('queue/pending/3.yaml');
      write('queue/failed/3.yaml', 'title: three, tried\n');
      write('queue/pending/tracked.yaml', 'title: two, edited\n');
      write('queue/pending/4.yaml', 'title: four, new\n');
    },
    afterwards: ({ write }) => write('queue/pending/5.yaml', 'title: five\n'),
  },
  'a repository inside': {
    given({ root }) {
      const inner = makeInner(root);
      inner.write('theirs', 'committed\n');
      inner.commit();
    },
    afterwards: ({ root }) => openWorkTree(join(root, 'agent')).write('theirs', 'at work\n'),
  },
};

function makeInner(root: string): WorkTree {
  return makeWorkTree(join(root, 'agent'));
}

/** Two branches that say different things in one file that the failed work did not touch. */
function sides({ git, write }: Pick<WorkTree, 'git' | 'write'>): void {
  git('checkout', '-q', '-b', 'theirs');
  write('both', 'theirs\n');
  git('add', 'both');
  git('commit', '-qm', 'theirs');
  git('checkout', '-q', 'main');
  write('both', 'ours\n');
  git('add', 'both');
  git('commit', '-qm', 'ours');
}

function conflict({ git, write }: Pick<WorkTree, 'git' | 'write'>): void {
  sides({ git, write });
  try {
    git('merge', '-q', 'theirs');
  } catch {
    return;
  }
  throw new Error('the merge was to stop');
}
