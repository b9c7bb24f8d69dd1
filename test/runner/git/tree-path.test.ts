import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesFromPath, joinNul, pathFromBytes, splitNul, TreePath } from '../../../runner/git/tree-path.ts';

const name = fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => Buffer.from(bytes.map((byte) => byte || 1)));

it('gives the same bytes back for any file name, also through JSON', () =>
  fc.assert(
    fc.property(name, (bytes) => {
      const path: string = JSON.parse(JSON.stringify(pathFromBytes(bytes)));
      expect(bytesFromPath(path)).toEqual(bytes);
    }),
  ));

it('splits what it joined', () =>
  fc.assert(
    fc.property(fc.array(name), (names) => {
      const paths = names.map(pathFromBytes);
      expect(splitNul(joinNul(paths))).toEqual(paths);
    }),
  ));

it.each(['', '/', '/a', 'a/', 'a//b', '.', '..', 'a/../b', './a', '.git', '.git/x', 'a/.GIT/b', 'a\0b'])(
  'refuses %j as a path',
  (path) => expect(TreePath.safeParse(path).success).toBe(false),
);

it.each(['a', '.gitignore', '..a', 'a..', 'a/b c/\n', '-x', '\udc80'])('takes %j as a path', (path) =>
  expect(TreePath.safeParse(path).success).toBe(true),
);
