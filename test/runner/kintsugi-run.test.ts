import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateKeys } from '../../lib/adapters/signing/ed25519.ts';
import { Signal } from '../../lib/signal/signal.ts';
import { receive } from '../../runner/queue.ts';
import { environment, type Queues, startQueues } from './control-room.ts';

const project = join(import.meta.dirname, '../..');
const node = join(project, 'node_modules/.bin/node');

let queues: Queues;
/** The bundled file alone in a folder that nothing is beside. */
let folder: string;
let kintsugi: string;
beforeAll(async () => {
  queues = await startQueues();
  folder = mkdtempSync(join(tmpdir(), 'kintsugi-alone-'));
  const built = join(folder, 'built', 'kintsugi.mjs');
  execFileSync(node, [join(project, 'scripts/build-kintsugi.mjs'), built], { cwd: project });
  mkdirSync(join(folder, 'alone'));
  kintsugi = join(folder, 'alone', 'kintsugi.mjs');
  copyFileSync(built, kintsugi);
});
afterAll(async () => {
  await queues.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A runner.yml with two work trees that are not there: nothing may look into them. */
function fixture(name: string): string {
  const home = mkdtempSync(join(tmpdir(), 'kintsugi-config-'));
  process.once('exit', () => rmSync(home, { recursive: true, force: true }));
  const queue = 'http://127.0.0.1:1/q';
  const tree = (component: string) => ({ path: component, component, check: { command: ['true'] } });
  const config = {
    name: 'demo',
    queues: { commands: queue, results: queue, failures: queue },
    keys: { file: 'key', recovery: generateKeys().publicKey },
    journal: 'journal',
    workTrees: { one: tree('shop'), two: tree('web') },
  };
  writeFileSync(join(home, name), JSON.stringify(config));
  return join(home, name);
}

interface Ended {
  code: number | NodeJS.Signals;
  stdout: string;
  stderr: string;
}

function call(args: string[], options: { env?: Record<string, string>; cwd?: string; input?: string } = {}) {
  const home = options.cwd ?? mkdtempSync(join(folder, 'home-'));
  const env = { ...environment(queues, home), ...options.env };
  const child = spawn(node, [kintsugi, ...args], { cwd: home, env, stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin.end(options.input ?? '');
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => resolve({ code: signal ?? code ?? 1, stdout, stderr })),
  );
  return { child, ended, home, output: () => stdout };
}

async function signalsIn(queueUrl: string): Promise<Signal[]> {
  const messages = await receive(queues.sqs, queueUrl, AbortSignal.timeout(3000)).catch(() => []);
  return messages.map(({ body }) => Signal.parse(JSON.parse(body)));
}
const wrap = (queue: string, ...rest: string[]) => ['run', '--component', 'shop', '--queue', queue, ...rest];

describe.concurrent('kintsugi run', () => {
  it('says nothing of its own when the command passes, and passes everything through', async () => {
    const queue = await queues.create('failures');
    const { ended } = call(wrap(queue, '--', 'sh', '-c', 'cat; echo to stderr >&2'), { input: 'from stdin' });
    expect(await ended).toEqual({ code: 0, stdout: 'from stdin', stderr: 'to stderr\n' });
  });

  it('files a failure with its output, exit code, duration and git state, secrets taken out before they leave', async () => {
    const queue = await queues.create('failures');
    const home = mkdtempSync(join(folder, 'home-'));
    execFileSync('git', ['init', '-q', '-b', 'main', home]);
    writeFileSync(join(home, 'new.txt'), 'x');
    const script = [
      'echo "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"',
      'echo "TypeError: cannot read price of ada@example.com" >&2',
      'echo "    at total (/srv/shop/cart.js:10:5)" >&2',
      'exit 7',
    ].join('\n');
    writeFileSync(join(home, 'check.sh'), script);
    const { ended } = call(
      wrap(queue, '--summary', 'Vouchers', '--severity', '3', '--environment', 'ci', '--', 'sh', 'check.sh'),
      {
        cwd: home,
      },
    );
    expect(await ended).toMatchObject({
      code: 7,
      stderr: expect.stringMatching(/kintsugi: filed as a failure of shop\n$/),
    });
    const [signal] = await signalsIn(queue);
    expect(signal).toMatchObject({
      component: 'shop',
      summary: 'Vouchers: `sh check.sh` failed (exit 7)',
      severity: 3,
      environment: 'ci',
      error: { type: 'TypeError', message: 'cannot read price of [redacted e-mail]', exitCode: 7 },
      git: { branch: 'main', dirty: true },
      durationMs: expect.any(Number),
    });
    expect(signal?.error?.stack).toContain('at total (/srv/shop/cart.js:10:5)');
    expect(signal?.details).toContain('[redacted');
    expect(JSON.stringify(signal)).not.toMatch(/wJalrXUtnFEMI|ada@example/);
  });

  it('lets no secret out that colours hide, that is longer than what is kept, or that stands on the command line', async () => {
    const queue = await queues.create('failures');
    const script = [
      // Its first lines are beyond what is filed, or beyond all that is kept.
      'echo "-----BEGIN RSA PRIVATE KEY-----"',
      'i=0; while [ $i -lt 1500 ]; do echo "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ"; i=$((i+1)); done',
      'echo "-----END RSA PRIVATE KEY-----"',
      'printf "\\033[1mpass\\033[0mword: \\033[31mhunter2secret\\033[0m\\n"',
      'exit 1',
    ].join('\n');
    const args = ['--token', 's3cr3tValue123', '--password', 'hunter22', '--apiKey=topsecretkey', 'x'.repeat(100)];
    await call(wrap(queue, '--', 'sh', '-c', script, 'deploy', ...args)).ended;
    await call(wrap(queue, '--', 'sh', '-c', 'exit 1', 'deploy', ...args)).ended;
    const signals = await signalsIn(queue);
    expect(signals).toHaveLength(2);
    expect(JSON.stringify(signals)).not.toMatch(/MIIEvQIBADAN|hunter2|s3cr3tValue|topsecretkey/);
    expect(signals[1]?.summary).toContain('deploy --token [redacted secret] --passw');
  });

  it('says nothing but its own line when the queue is where its URL says', async () => {
    const queue = await queues.create('failures');
    const { ended } = call(wrap(queue, '--', 'false'), { env: { AWS_ENDPOINT_URL_SQS: '' } });
    expect((await ended).stderr).toBe('kintsugi: filed as a failure of shop\n');
  });

  it.each([
    ['SIGTERM', 7],
    ['SIGKILL', 'SIGKILL'],
  ] as const)('loses no failure when it is ended by %s while it files it', async (signal, code) => {
    // Takes the call and never answers.
    const deaf = createServer();
    const port = await new Promise<number>((resolve) =>
      deaf.listen(0, '127.0.0.1', () => resolve((deaf.address() as AddressInfo).port)),
    );
    const isAsked = new Promise<void>((resolve) => deaf.once('connection', () => resolve()));
    const queue = await queues.create('failures');
    const env = { AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${port}` };
    const { child, ended, home } = call(wrap(queue, '--', 'sh', '-c', 'exit 7'), { env });
    await isAsked;
    child.kill(signal);
    expect((await ended).code).toBe(code);
    expect(readdirSync(join(home, 'spool'))).toEqual([expect.stringMatching(/\.json$/)]);
    deaf.close();
    await call(wrap(queue, '--', 'true'), { cwd: home }).ended;
    expect(await signalsIn(queue)).toMatchObject([{ error: { exitCode: 7 } }]);
  });

  it('keeps the signal while the queue is away, and sends it with the next run', async () => {
    const queue = await queues.create('failures');
    const away = { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1' };
    const { ended, home } = call(wrap(queue, '--', 'false'), { env: away });
    expect(await ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^kintsugi: .*cannot be reached.*kept in .*\n$/),
    });
    expect(readdirSync(join(home, 'spool'))).toHaveLength(1);
    expect(await call(wrap(queue, '--', 'true'), { cwd: home }).ended).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readdirSync(join(home, 'spool'))).toEqual([]);
    expect(await signalsIn(queue)).toMatchObject([{ summary: '`false` failed (exit 1)' }]);
  });

  it('passes signals on; what is stopped from outside is a failure, what is stopped by hand is none', async () => {
    const [term, int] = [await queues.create('failures'), await queues.create('failures')];
    const command = ['--', 'sh', '-c', 'echo up; exec sleep 30'];
    const outcomes = await Promise.all(
      (
        [
          [term, 'SIGTERM'],
          [int, 'SIGINT'],
        ] as const
      ).map(async ([queue, signal]) => {
        const { child, ended, output } = call(wrap(queue, ...command));
        while (!output().includes('up')) await new Promise((resolve) => setTimeout(resolve, 20));
        child.kill(signal);
        return (await ended).code;
      }),
    );
    expect(outcomes).toEqual([143, 130]);
    expect(await signalsIn(term)).toMatchObject([{ summary: expect.stringContaining('killed by SIGTERM') }]);
    const { stop } = { stop: AbortSignal.timeout(300) };
    expect(await receive(queues.sqs, int, stop).catch(() => [])).toEqual([]);
  });

  it('lets the command notice that nobody reads its output any more, and does not call that a failure', async () => {
    const queue = await queues.create('failures');
    // Guards against a `kintsugi run -- … | head` whose command ran for ever, its output read and thrown away.
    const { child, ended } = call(wrap(queue, '--', 'sh', '-c', 'while :; do echo on; sleep 0.05; done'));
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await ended).toMatchObject({ code: 141, stderr: '' });
    expect(await signalsIn(queue)).toEqual([]);
  });

  it('files a failure also from a folder that was removed', async () => {
    const queue = await queues.create('failures');
    const gone = mkdtempSync(join(folder, 'gone-'));
    const script = `cd '${gone}'; rmdir '${gone}'; exec "$@"`;
    const args = ['-c', script, 'sh', node, kintsugi, ...wrap(queue, '--', process.execPath, '-e', 'process.exit(3)')];
    const child = spawn('sh', args, { env: environment(queues, folder), stdio: 'ignore' });
    expect(await new Promise((resolve) => child.once('close', resolve))).not.toBe(0);
    expect(await signalsIn(queue)).toMatchObject([{ component: 'shop' }]);
  });

  it('files a command that does not exist, and answers as a shell does', async () => {
    const queue = await queues.create('failures');
    expect(await call(wrap(queue, '--', 'no-such-program')).ended).toMatchObject({
      code: 127,
      stderr: 'kintsugi: there is no program `no-such-program`\nkintsugi: filed as a failure of shop\n',
    });
    expect(await signalsIn(queue)).toMatchObject([
      { error: { exitCode: 127, message: expect.stringContaining('no-such-program') } },
    ]);
  });

  it('files a command that cannot even be begun', async () => {
    const queue = await queues.create('failures');
    expect((await call(wrap(queue, '--', join(kintsugi, 'inside'))).ended).code).toBe(126);
    expect(await signalsIn(queue)).toMatchObject([{ error: { exitCode: 126 } }]);
  });

  it('takes a checkpoint when the command passes and that is wished', async () => {
    const queue = await queues.create('failures');
    const home = mkdtempSync(join(folder, 'home-'));
    execFileSync('git', ['init', '-q', home]);
    expect((await call(wrap(queue, '--checkpoint', '--', 'true'), { cwd: home }).ended).stderr).toBe('');
    const { stdout } = await call(['checkpoint', '--component', 'shop', '--list'], { cwd: home }).ended;
    expect(stdout).toMatch(/refs\/kintsugi\/checkpoints\/shop\/\d{4}-/);
  });
});

describe.concurrent('kintsugi', () => {
  it('files what a person reports, with details from stdin', async () => {
    const queue = await queues.create('failures');
    const args = ['report', '--component', 'shop', '--summary', 'Prices are wrong', '--details', '-', '--queue', queue];
    const input = `too long ago\n${'a line\n'.repeat(20_000)}since noon`;
    expect(await call(args, { input }).ended).toMatchObject({
      code: 0,
      stdout: 'Filed as a failure of shop\n',
    });
    const [signal] = await signalsIn(queue);
    expect(signal).toMatchObject({ summary: 'Prices are wrong', details: expect.stringMatching(/since noon$/) });
    expect(signal?.details).not.toContain('too long ago');
  });

  it.each([
    [
      ['run', '--component', 'Shop!', '--queue', 'http://x/', '--', 'true'],
      2,
      /^kintsugi: --component "Shop!": must be .*, such as shop-api$/m,
    ],
    [['run', '--component', 'shop', '--', 'true'], 2, /^kintsugi: no queue, so nothing was run: say --queue URL/],
    [
      ['run', '--component', 'shop', '--queue', 'nonsense', '--', 'true'],
      2,
      /^kintsugi: --queue "nonsense": must be a queue URL/,
    ],
    [
      ['run', '--component', 'shop', '--severity', '9', '--queue', 'http://x/', '--', 'true'],
      2,
      /^kintsugi: --severity "9": must be 1 \(trivial\)/,
    ],
    [['run', '--queue', 'http://x/', '--', 'true'], 2, /--component/],
    [
      ['checkpoint', '--config', fixture('runner.yml'), '--component', 'typo'],
      2,
      /^kintsugi: .*runner\.yml names no work tree of typo; it names shop, web/,
    ],
    [['checkpoint', '--config', fixture('runner.yml')], 2, /^kintsugi: --component is missing; .* names shop, web/],
    [['checkpoint', '--name', '../x'], 2, /^kintsugi: --name "\.\.\/x": must be/],
    [['zzz'], 2, /^kintsugi: unknown command 'zzz'\. Add --help to see what there is\.$/m],
    [
      ['gate', 'shop', '--tabel', 'x'],
      2,
      /^kintsugi: unknown option '--tabel' \(Did you mean --table\?\)\. Add --help/,
    ],
    [['gate', 'shop', '--config', '/'], 1, /^kintsugi: \/: is a folder; name the runner\.yml in it$/m],
    [['runner', '--config', '/nowhere/runner.yml'], 1, /^kintsugi: \/nowhere\/runner\.yml: there is no such file/],
    [
      ['runner', '--config', fixture('trees.yml')],
      1,
      /^kintsugi: \S+trees\.yml:1: workTrees\.one\.path: \S+ is not there\./,
    ],
  ])('says in one line what is wrong with %j', async (args, code, words) => {
    const ended = await call(args).ended;
    expect(ended).toMatchObject({ code, stderr: expect.stringMatching(words) });
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('says which line of runner.yml is wrong, and what belongs there', async () => {
    const home = mkdtempSync(join(folder, 'home-'));
    const at = (text: string) => {
      writeFileSync(join(home, 'runner.yml'), text);
      return call(['runner', '--config', 'runner.yml'], { cwd: home }).ended;
    };
    expect(await at('name: [')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^kintsugi: runner\.yml:1: /),
    });
    const queue = 'http://x/q';
    const { stderr } = await at(
      JSON.stringify({
        name: 'demo',
        queues: { commands: queue, results: queue, failures: queue },
        keys: { file: 'key', recovery: 'nonsense' },
        journal: 'journal',
        workTrees: {},
      }),
    );
    expect(stderr).toBe('kintsugi: runner.yml:1: keys.recovery: must be an Ed25519 public key (SPKI in base64)\n');
    expect(existsSync(join(home, 'key'))).toBe(false);
  });

  it('is one file of less than 2 MB that knows its version', async () => {
    expect(readdirSync(join(folder, 'alone'))).toEqual(['kintsugi.mjs']);
    expect(statSync(kintsugi).size).toBeLessThan(2_000_000);
    expect((await call(['--version']).ended).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('starts from the project by its launcher, on whatever Node is there', () => {
    const launcher = join(project, 'bin/kintsugi.mjs');
    expect(
      execFileSync(launcher, ['--version'], { env: { PATH: '/usr/local/bin:/usr/bin:/bin' }, encoding: 'utf8' }),
    ).toMatch(/^\d/);
  });
});
