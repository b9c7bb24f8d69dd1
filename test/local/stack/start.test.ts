import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { claimDataFolder } from '../../../local/data-folder.ts';

const root = path.resolve(import.meta.dirname, '../../..');
let scratch = '';
beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'kintsugi-start-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Started {
  child: ChildProcess;
  /** Everything printed until now, both streams. */
  output(): string;
  exit: Promise<number | null>;
}

function start(...args: string[]): Started {
  return startIn(root, ...args);
}

function startIn(cwd: string, ...args: string[]): Started {
  const child = spawn(process.execPath, ['local/start.ts', ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk));
  return { child, output: () => text, exit: once(child, 'exit').then(([code]) => code) };
}

async function printed(started: Started, expected: RegExp, timeoutMs: number): Promise<string> {
  const until = Date.now() + timeoutMs;
  while (!expected.test(started.output())) {
    if (Date.now() > until || started.child.exitCode !== null)
      throw new Error(`never printed ${expected}: ${started.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return started.output();
}

const fields = [
  'url',
  'slackApiUrl',
  'slackRequestUrl',
  'slackBotToken',
  'slackSigningSecret',
  'teamId',
  'users',
  'channels',
  'dynamodbEndpoint',
  'tableName',
  'sqsEndpoint',
  'failuresQueueUrl',
  'qdrantUrl',
];

describe('npm start', () => {
  it('prints where it is, writes the endpoints, keeps its keys to itself, refuses a second on the same folder, and ends cleanly', async () => {
    const data = path.join(scratch, 'data');
    const first = start('--port', '0', '--data', data, '--no-demo');
    try {
      const text = await printed(first, /Ctrl-C stops it/, 45_000);
      const [, url = ''] = /^Kintsugi is ready: (http:\/\/localhost:\d+)/.exec(text) ?? [];
      const endpoints = JSON.parse(readFileSync(path.join(data, 'endpoints.json'), 'utf8'));
      expect(Object.keys(endpoints)).toEqual(fields);
      expect(endpoints.url).toBe(url);
      expect(endpoints.tableName).toBe('kintsugi-local');
      expect((await fetch(url)).headers.get('content-type')).toContain('text/html');
      for (const file of ['keys/command-signing.key', 'keys/runner-demo.key', 'endpoints.json', 'kintsugi.log']) {
        expect(statSync(path.join(data, file)).mode & 0o777, file).toBe(0o600);
      }
      expect(readFileSync(path.join(data, 'kintsugi.yml'), 'utf8')).toMatch(
        /demo:[\s{]+publicKey: [A-Za-z0-9+/=]{40,}/,
      );

      const second = start('--port', '0', '--data', data, '--no-demo');
      expect(await second.exit).toBe(1);
      expect(second.output()).toMatch(
        /^Kintsugi cannot start\. The data folder .* is in use by another running Kintsugi \(process \d+\).*\n$/,
      );
    } finally {
      const asked = Date.now();
      first.child.kill('SIGINT');
      expect(await first.exit).toBe(0);
      expect(Date.now() - asked).toBeLessThan(3500);
    }
    // Free again.
    await (await claimDataFolder(data)).release();
  }, 60_000);
});

describe('npm start, stopped while it starts', () => {
  it('gives up at once, without a complaint, and its folder is free', async () => {
    const data = path.join(scratch, 'early');
    const started = start('--port', '0', '--data', data, '--no-demo');
    await vi.waitFor(() => expect(existsSync(path.join(data, 'stack.lock'))).toBe(true), 20_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    started.child.kill('SIGINT');
    expect(await started.exit).toBe(0);
    expect(started.output()).toBe('');
    expect(existsSync(path.join(data, 'stack.lock'))).toBe(false);
  }, 30_000);
});

describe.runIf(process.platform === 'linux')('npm start, killed with kill -9', () => {
  it('leaves no process behind, frozen ones included, and its folder is free', async () => {
    const data = path.join(scratch, 'killed');
    const started = start('--port', '0', '--data', data, '--no-demo');
    await printed(started, /Ctrl-C stops it/, 45_000);
    const pid = started.child.pid ?? 0;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    expect(children.length).toBeGreaterThanOrEqual(4);

    started.child.kill('SIGKILL');
    await started.exit;
    await vi.waitFor(() => expect(children.filter((child) => existsSync(`/proc/${child}`))).toEqual([]), 5000);
    await (await claimDataFolder(data)).release();
  }, 60_000);
});

describe('what it cannot do is one line and exit code 1', () => {
  const refusal = async (expected: RegExp, ...args: string[]) => {
    const started = start(...args);
    expect(await started.exit).toBe(1);
    expect(started.output()).toMatch(expected);
    expect(started.output().trim().split('\n')).toHaveLength(1);
  };

  it('a port in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await refusal(
      new RegExp(`Port ${port} is in use: stop what uses it, or choose another with --port N`),
      '--port',
      String(port),
      '--data',
      path.join(scratch, 'port'),
    );
    taken.close();
  });

  it('a data folder that is a file, or that it may not write', async () => {
    const file = path.join(scratch, 'file');
    writeFileSync(file, '');
    await refusal(/The data folder .* cannot be written \(\w+\): choose another with --data DIR/, '--data', file);
    const closed = mkdtempSync(path.join(scratch, 'closed-'));
    chmodSync(closed, 0o500);
    // Whoever is root may write everywhere.
    if (process.getuid?.() !== 0) await refusal(/cannot be written \(EACCES\)/, '--data', path.join(closed, 'data'));
  });

  it('a broken serverless.yml or kintsugi.yml', async () => {
    const copy = path.join(scratch, 'project');
    const parts = [
      'local',
      'lib',
      'runner',
      'functions',
      'infra',
      'serverless.yml',
      'kintsugi.yml',
      'slack-manifest.json',
      'package.json',
    ];
    for (const part of parts) cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
    symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'), 'junction');
    const cases = [
      [
        'serverless.yml',
        'maximumConcurrency: 20',
        'maximumConcurrency: many',
        /^Kintsugi cannot start\. serverless\.yml:\d+ functions\.ingest\.events\.0: is not an event/,
      ],
      [
        'serverless.yml',
        'service: kintsugi',
        'service: [kintsugi',
        /^Kintsugi cannot start\. serverless\.yml:\d+: not valid YAML/,
      ],
      ['kintsugi.yml', 'version: 1', 'version: 9', /^Kintsugi cannot start\. kintsugi\.yml: version: /],
    ] as const;
    for (const [file, from, to, expected] of cases) {
      const good = readFileSync(path.join(root, file), 'utf8');
      expect(good).toContain(from);
      writeFileSync(path.join(copy, file), good.replace(from, to));
      const started = startIn(copy, '--port', '0', '--data', path.join(scratch, 'broken'));
      expect(await started.exit).toBe(1);
      expect(started.output()).toMatch(expected);
      expect(started.output().trim().split('\n')).toHaveLength(1);
      writeFileSync(path.join(copy, file), good);
    }
  });

  it('an option that it does not know, or a port that is none, and names its options when asked', async () => {
    const asked = startIn(root, '--help');
    expect(await asked.exit).toBe(0);
    for (const option of ['--port', '--data', '--no-demo', '--help']) expect(asked.output()).toContain(`  ${option}`);
    await refusal(/Unknown option '--prot'.*Use: npm start --/, '--prot', '1');
    await refusal(/--port "99999" is not a port number/, '--port', '99999');
  });
});
