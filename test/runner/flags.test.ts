import { describe, expect, it } from 'vitest';
import { checkpointCommand } from '../../runner/commands/checkpoint.ts';
import { pruneCommand } from '../../runner/commands/checkpoints.ts';
import { exportCommand } from '../../runner/commands/export.ts';
import { gateCommand } from '../../runner/commands/gate.ts';
import { mirrorCommand } from '../../runner/commands/mirror.ts';
import { UsageError } from '../../runner/commands/options.ts';
import { reportCommand } from '../../runner/commands/report.ts';
import { runCommand } from '../../runner/commands/run.ts';
import { runnerCommand } from '../../runner/commands/runner.ts';
import { addCommand } from '../../runner/commands/work/add.ts';
import { doneCommand } from '../../runner/commands/work/end-claims.ts';
import { failCommand } from '../../runner/commands/work/fail.ts';
import { nextCommand } from '../../runner/commands/work/next.ts';
import { queueCommand } from '../../runner/commands/work/queue.ts';
import { renewCommand } from '../../runner/commands/work/renew.ts';
import { toolHost } from './tool-host.ts';

const run = (flags: object) => runCommand(['true'], { component: 'shop', ...flags });
const report = (flags: object) => reportCommand({ component: 'shop', summary: 'it broke', ...flags });
const gate = (flags: object) => gateCommand({ scope: 'shop', ...flags });
const add = (flags: object) => addCommand({ component: 'shop', title: 'mend it', ...flags });
const fail = (flags: object) => failCommand('W-1', { token: 'a-token-of-mine', ...flags });
const long = 'x'.repeat(9000);

it('says that runner.yml names no work tree to take a checkpoint of', async () => {
  const { configFile } = toolHost({});
  await expect(checkpointCommand({ config: configFile })).rejects.toThrow(
    `${configFile} names no work tree: add one there under workTrees, or leave --config out`,
  );
});

describe('a flag that cannot be', () => {
  it.each([
    [
      run,
      { component: 'Shop!' },
      '--component "Shop!": must be 1 to 64 of a-z 0-9 . _ / - and start with a letter or digit, such as shop-api',
    ],
    [
      run,
      { severity: '9' },
      '--severity "9": must be 1 (trivial), 2 (minor), 3 (major), 4 (critical) or 5 (catastrophic)',
    ],
    [run, { environment: '' }, '--environment "": must not be empty, such as production'],
    [
      run,
      { environment: 'x'.repeat(65) },
      `--environment "${'x'.repeat(60)}…": must be at most 64 characters, such as production`,
    ],
    [
      run,
      { item: '../x' },
      '--item "../x": must be 1 to 128 letters, digits, dots, dashes and underscores, such as W-7K3Q9D2X',
    ],
    [run, { gateEvery: '0' }, '--gate-every "0": must be seconds, from 1 to 3600, such as 15'],
    [run, { gateEvery: 'often' }, '--gate-every "often": must be seconds, from 1 to 3600, such as 15'],
    [run, { gateGrace: '4000' }, '--gate-grace "4000": must be seconds, from 0 to 3600, such as 10'],
    [
      run,
      { queue: 'nonsense' },
      '--queue "nonsense": must be a queue URL, such as https://sqs.eu-west-1.amazonaws.com/…',
    ],
    [report, { summary: '' }, '--summary "": must say what failed, such as "orders time out"'],
    [
      gate,
      { scope: 'Shop!' },
      'the component "Shop!": must be 1 to 64 of a-z 0-9 . _ / - and start with a letter or digit or must be kind:name, such as account:claude',
    ],
    [gate, { shut: '' }, '--shut "": must not be empty, such as "the database is moved"'],
    [
      gate,
      { shut: long },
      `--shut "${long.slice(0, 60)}…": must be at most 300 characters, such as "the database is moved"`,
    ],
    [
      gate,
      { item: 'a b' },
      '--item "a b": must be 1 to 128 letters, digits, dots, dashes and underscores, such as W-7K3Q9D2X',
    ],
    [
      checkpointCommand,
      { name: '../x' },
      '--name "../x": must be 1 to 100 letters, digits, dots, dashes and underscores, such as before-release',
    ],
    [pruneCommand, { keep: 'all' }, '--keep "all": must be a whole number, such as 10'],
    [pruneCommand, { keep: '1.5' }, '--keep "1.5": must be a whole number, such as 10'],
    [pruneCommand, { olderThan: 'soon' }, '--older-than "soon": must be days or hours, such as 30d or 12h'],
    [mirrorCommand, { config: '' }, '--config "": must not be empty, such as /etc/kintsugi/runner.yml'],
    [mirrorCommand, {}, '--config is missing, such as /etc/kintsugi/runner.yml'],
    [runnerCommand, {}, '--config is missing, such as /etc/kintsugi/runner.yml'],
    [exportCommand, { failure: 'X-1' }, 'the failure "X-1": must be a failure id, such as F-7K3Q9D'],
    [add, { title: ' ' }, '--title " ": must say what is to be done, such as "show the total with tax"'],
    [
      add,
      { kind: 'chore' },
      '--kind "chore": must be task, fix, urgent-fix, systemic-fix, technical-debt, subtask or prevention',
    ],
    [
      add,
      { priority: 'soon' },
      '--priority "soon": must be one of urgent, critical, high, medium, normal, low, or a whole number from 0 (first) to 999999, such as high',
    ],
    [add, { estimate: 'long' }, '--estimate "long": must be a time such as 90m, 2h or 1.5h'],
    [
      add,
      { id: 'a b' },
      '--id "a b": must be 1 to 128 letters, digits, dots, dashes and underscores, such as W-7K3Q9D2X',
    ],
    [add, { table: '' }, '--table "": must not be empty, such as kintsugi-prod'],
    [
      nextCommand,
      { holder: long },
      `--holder "${long.slice(0, 60)}…": must be at most 128 characters, such as ada@build-7`,
    ],
    [nextCommand, { lease: '90d' }, '--lease "90d": must be a time from 1m to 24h, such as 30m or 2h'],
    [queueCommand, { state: 'gone' }, '--state "gone": must be pending, in-progress, failed, done, split or cancelled'],
    [queueCommand, { limit: '0' }, '--limit "0": must be 1 or more, such as 50'],
    [queueCommand, { limit: 'all' }, '--limit "all": must be a number, such as 50'],
    [
      queueCommand,
      { move: 'W-1', to: 'up' },
      '--to "up": must be top, or one of urgent, critical, high, medium, normal, low, or a whole number from 0 (first) to 999999',
    ],
    [fail, { exitCode: 'one' }, '--exit-code "one": must be a number, such as 1'],
    [fail, { exitCode: '999' }, '--exit-code "999": must be at most 255, such as 1'],
    [fail, { output: 'file' }, '--output "file": must be - (read from stdin)'],
    [fail, { token: 'short' }, '--token: must be the token that `kintsugi next` gave (KINTSUGI_LEASE)'],
    [
      (flags: object) => renewCommand('a b', flags),
      {},
      'a b: a work item’s id must be 1 to 128 letters, digits, dots, dashes and underscores',
    ],
    [
      (flags: object) => doneCommand('W-1', flags),
      { token: 'short' },
      '--token: must be the token that `kintsugi next` gave (KINTSUGI_LEASE)',
    ],
  ] as const)('is named, with what was given, what is expected and an example', async (command, flags, line) => {
    const answer = command(flags as never);
    await expect(answer).rejects.toThrow(UsageError);
    expect(await answer.catch((error: Error) => error.message)).toBe(line);
  });
});
