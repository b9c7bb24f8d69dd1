import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCheckpoint } from '../../../runner/git/checkpoints.ts';
import { planRollback } from '../../../runner/git/plan-rollback.ts';
import { applyRollback } from '../../../runner/git/restore.ts';
import { type Case, checkRollback, startTree } from './check-rollback.ts';
import { gitFacts, makeFolder, makeWorkTree, manifest, openWorkTree, type WorkTree } from './work-tree.ts';

const cases: Record<string, Case> = {
  'a detached HEAD': {
    given: ({ git }) => void git('checkout', '-q', '--detach'),
    failed: ({ write }) => write('a.txt', 'x'),
  },
  'commits made by the failed work': {
    failed({ write, commit }) {
      write('a.txt', 'failed\n');
      write('new', 'x');
      commit('failed work');
    },
  },
  'a branch made by the failed work': {
    failed({ write, git, commit }) {
      git('checkout', '-q', '-b', 'fix');
      write('src/b.js', 'failed');
      commit();
    },
  },
  'line ends that git would convert': {
    given({ git, write, commit }) {
      git('config', 'core.autocrlf', 'true');
      write('.gitattributes', 'unix eol=lf\ndos eol=crlf\nid ident\nwide working-tree-encoding=UTF-16\n');
      write('mixed', 'a\r\nb\nc\r');
      write('unix', 'a\r\nb\n');
      write('dos', 'a\nb\r\n');
      write('id', '$Id: left as it is $\n');
      write('wide', Buffer.from('\ufeffwide\n', 'utf16le'));
      commit();
    },
    failed({ write }) {
      for (const name of ['mixed', 'unix', 'dos', 'id']) write(name, 'failed\n');
      write('wide', Buffer.from('\ufefffailed\n', 'utf16le'));
    },
  },
  'content filters, as large-file storage has them': {
    given({ git, write }) {
      git('config', 'filter.shout.clean', 'tr a-z A-Z');
      git('config', 'filter.shout.smudge', 'tr A-Z a-z');
      git('config', 'filter.shout.required', 'true');
      write('.gitattributes', '*.loud filter=shout -text\n');
      write('x.loud', 'quiet\n');
      git('add', '.');
    },
    failed({ write }) {
      write('x.loud', 'Failed\n');
      write('new.loud', 'Added\n');
    },
  },
  'files that git was told to assume unchanged': {
    given: ({ git }) => void git('update-index', '--assume-unchanged', 'a.txt'),
    failed: ({ write }) => write('a.txt', 'unseen by git status\n'),
  },
  'files that a sparse checkout leaves out': {
    given: ({ git }) => void git('sparse-checkout', 'set', '--no-cone', '/*', '!src'),
    failed({ write }) {
      write('a.txt', 'failed');
      write('src/b.js', 'made again by hand');
    },
  },
  'files that are only intended to be added': {
    given({ write, git }) {
      write('later', 'content\n');
      git('add', '--intent-to-add', 'later');
    },
    failed: ({ write }) => write('later', 'failed\n'),
  },
  'an index in conflict after the operation ended': {
    given({ git, write, commit }) {
      git('checkout', '-q', '-b', 'other');
      write('a.txt', 'theirs\n');
      commit();
      git('checkout', '-q', 'main');
      write('a.txt', 'ours\n');
      commit();
      expect(() => git('merge', '-q', 'other')).toThrow();
      for (const file of ['MERGE_HEAD', 'MERGE_MODE', 'MERGE_MSG'])
        execFileSync('rm', ['-f', git('rev-parse', '--git-path', file)], { cwd: git('rev-parse', '--show-toplevel') });
      expect(git('ls-files', '--unmerged')).toContain('a.txt');
    },
    failed: ({ write }) => write('a.txt', 'resolved wrongly\n'),
  },
  'a deleted .gitignore: what it covered is not taken for new': {
    given: ({ write }) => write('node_modules/dep/index.js', 'dep'),
    failed({ remove, write }) {
      remove('.gitignore');
      write('added', 'x');
    },
  },
  'a new .gitignore over files of the checkpoint': {
    given: ({ write }) => write('data/rows', 'rows'),
    failed({ write, git }) {
      write('.gitignore', 'data/\na.txt\n');
      git('rm', '-q', '--cached', 'a.txt');
      write('data/rows', 'failed');
      write('a.txt', 'failed');
    },
  },
  'new files beside ignored ones': {
    given: ({ write }) => write('logs/old.log', 'old'),
    failed: ({ write }) => write('logs/wanted.txt', 'new'),
  },
  'tracked files inside an ignored folder': {
    given({ write, git }) {
      write('node_modules/ours.js', 'ours');
      git('add', '-f', 'node_modules/ours.js');
    },
    failed: ({ write }) => write('node_modules/ours.js', 'failed'),
  },
  'a repository made inside a tracked folder': {
    failed({ root, write }) {
      makeWorkTree(join(root, 'src'));
      write('src/b.js', 'failed');
    },
  },
  'an inner repository that works on by itself': {
    given: ({ root }) => inner(root, 'agent-2').commit(),
    failed({ root, write }) {
      openWorkTree(join(root, 'agent-2')).write('theirs', 'new work');
      openWorkTree(join(root, 'agent-2')).commit();
      write('a.txt', 'failed');
    },
    left: ['agent-2/theirs'],
  },
  'an inner repository that lost its .git, whose files were never read': {
    given: ({ root }) => inner(root, 'agent-2').commit(),
    failed({ root, write }) {
      rmSync(join(root, 'agent-2/.git'), { recursive: true });
      write('a.txt', 'failed');
    },
  },
  'folders with permissions of their own, removed with all that is in them': {
    given({ root, write }) {
      write('private/keys/one', '1');
      write('shared/in/two', '2');
      chmodSync(join(root, 'private'), 0o700);
      chmodSync(join(root, 'private/keys'), 0o711);
      chmodSync(join(root, 'shared'), 0o2770);
      chmodSync(join(root, 'shared/in'), 0o555);
    },
    failed({ root, write }) {
      chmodSync(join(root, 'shared/in'), 0o755);
      for (const folder of ['private', 'shared']) rmSync(join(root, folder), { recursive: true });
      write('new/work/three', '3');
      chmodSync(join(root, 'new'), 0o750);
    },
  },
  'a submodule that stays as it is, uncommitted work and all': {
    given: addSubmodule,
    failed: ({ write }) => write('a.txt', 'failed'),
  },
  'a pipe, which is never opened': {
    given: ({ root }) => void execFileSync('mkfifo', [join(root, 'pipe')]),
    failed: ({ write }) => write('a.txt', 'failed'),
  },
  'bytes that a replace ref hides': {
    failed({ git, write }) {
      const [shown, other] = [git('rev-parse', 'HEAD:a.txt'), git('rev-parse', 'HEAD:src/b.js')];
      git('replace', shown, other);
      write('a.txt', 'failed');
    },
  },
};

function inner(root: string, path: string): WorkTree {
  const tree = makeWorkTree(join(root, path));
  tree.write('inside', 'inside\n');
  return tree;
}

function addSubmodule({ root, git, write, commit }: WorkTree): void {
  const library = makeWorkTree();
  library.write('lib.c', 'int x;\n');
  library.commit();
  git('submodule', '--quiet', 'add', library.root, 'vendor/lib');
  commit();
  write('vendor/lib/lib.c', 'int dirty;\n');
  write('vendor/lib/untracked', 'x');
  openWorkTree(join(root, 'vendor/lib')).git('add', 'lib.c');
}

describe('a rollback in any state of a repository brings back exactly what was, leaves the rest, and can be undone', () => {
  for (const [title, one] of Object.entries(cases)) it(title, () => checkRollback(startTree(), one));

  it('in a repository without commits', async () => {
    const tree = makeWorkTree();
    tree.write('.gitignore', '*.log\nnode_modules\n');
    tree.write('a.txt', 'a');
    await checkRollback(tree, {
      failed({ write, git }) {
        write('a.txt', 'failed');
        write('new', 'x');
        git('add', 'new');
      },
    });
  });

  it('in a repository where nothing was ever added', async () => {
    const tree = makeWorkTree();
    tree.write('a.txt', 'a');
    const checkpoint = await createCheckpoint(tree.root, { component: 'api', at: new Date() });
    tree.write('a.txt', 'b');
    await applyRollback(await planRollback(tree.root, { checkpoint }), { name: 'r', at: new Date() });
    expect(readFileSync(join(tree.root, 'a.txt'), 'utf8')).toBe('a');
    expect(gitFacts(tree).index).toBe(gitFacts(makeWorkTree()).index);
  });

  it('in a linked work tree, while the main one is left alone', async () => {
    const main = startTree();
    const linked = join(makeFolder(), 'linked');
    main.git('worktree', 'add', '-q', '-b', 'side', linked);
    const untouched = manifest(main.root);
    await checkRollback(openWorkTree(linked), { failed: ({ write }) => write('src/b.js', 'failed') });
    expect(manifest(main.root)).toEqual(untouched);
  });

  it('in a repository with SHA-256 names', async () => {
    const root = makeFolder();
    execFileSync('git', ['init', '-q', '-b', 'main', '--object-format=sha256', root]);
    const tree = openWorkTree(root);
    tree.write('.gitignore', 'node_modules\n*.log\n');
    tree.write('a.txt', 'one\n');
    tree.commit();
    await checkRollback(tree, { failed: ({ write }) => write('a.txt', 'failed') });
  });

  it('in a folder whose name git would quote', async () => {
    await checkRollback(startTree(join(makeFolder(), 'a:b "c" \\d')), {
      failed: ({ write }) => write('a.txt', 'failed'),
    });
  });
});
