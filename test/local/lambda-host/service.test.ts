import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readService } from '../../../local/lambda-host/service.ts';
import { fixtureDir } from './start-fixture.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'service-'));
  symlinkSync(path.join(fixtureDir, 'functions'), path.join(dir, 'functions'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const original = readFileSync(path.join(fixtureDir, 'serverless.yml'), 'utf8');
/** Reads the fixture's file with one piece replaced. */
function read(from: string | RegExp = '', to = '', env: Record<string, string> = {}) {
  const changed = original.replace(from, to);
  if (from !== '' && changed === original) throw new Error(`the fixture has no ${from}`);
  writeFileSync(path.join(dir, 'serverless.yml'), changed);
  return readService({ projectDir: dir, stage: 'local', env });
}

describe('serverless.yml is read as it stands', () => {
  it('with its variables, references and triggers', async () => {
    const service = await read('', '', { GREETING: 'hi' });
    expect(
      service.functions.map(({ name, timeoutSeconds, hasUrl, scheduleMs }) => [
        name,
        timeoutSeconds,
        hasUrl,
        scheduleMs,
      ]),
    ).toEqual([
      ['worker', 1, false, []],
      ['web', 1, true, []],
      ['clock', 1, false, [60_000]],
    ]);
    expect(service.functions[0]).toMatchObject({
      secrets: ['slack-bot-token'],
      sqs: [
        { queueName: 'fixture-local-work', batchSize: 10, maximumBatchingWindow: 0 },
        { queueName: 'fixture-local-gather', batchSize: 20, maximumBatchingWindow: 1 },
      ],
    });
    expect(service.functions[0]?.environment).toEqual({
      GREETING: 'hi',
      SINK_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/000000000000/fixture-local-sink',
    });
  });

  it('with params, nested variables, and files of JavaScript and YAML', async () => {
    writeFileSync(
      path.join(dir, 'part.cjs'),
      'module.exports.greeting = async ({ resolveVariable }) => "from " + await resolveVariable("self:service");',
    );
    writeFileSync(path.join(dir, 'part.yml'), 'deep: { greeting: yaml }');
    const greeting = async (value: string, more = '') =>
      (await read(/\$\{env:GREETING, 'hello'\}\n/, `${value}\n${more}`)).functions[0]?.environment.GREETING;
    expect(await greeting('$' + '{file(part.cjs):greeting}')).toBe('from fixture');
    expect(await greeting('a-$' + '{file(part.yml):deep.greeting}-b')).toBe('a-yaml-b');
    expect(await greeting('$' + '{self:service}/$' + '{self:custom.name}')).toBe('fixture/fixture-local');
    expect(await greeting('$' + '{env:NOTHING, param:nothing, "quoted, with a comma"}')).toBe('quoted, with a comma');
  });
});

describe('what it cannot follow is one line with file, line and path', () => {
  const v = (expression: string) => `$\{${expression}}`;
  it.each([
    ['not YAML', 'service: fixture', 'service: [', /^serverless\.yml:\d+: not valid YAML/],
    [
      'an unknown variable',
      v("env:GREETING, 'hello'"),
      v('ssm:/x'),
      /^serverless\.yml:8 provider\.environment\.GREETING: \$\{ssm:\/x\} cannot be resolved here/,
    ],
    [
      'a variable without a value',
      v("env:GREETING, 'hello'"),
      v('env:NOTHING'),
      /^serverless\.yml:8 .*\$\{env:NOTHING\} has no value and no default/,
    ],
    [
      'a circle',
      'service: fixture',
      `service: ${v('self:service')}`,
      /^serverless\.yml:1 service: \$\{self:service\} refers to itself/,
    ],
    ['a file that is not there', v("env:GREETING, 'hello'"), v('file(nope.cjs):x'), /file\(nope\.cjs\) does not exist/],
    [
      'an event it does not know',
      'schedule: { rate: rate(1 minute) }',
      'http: GET /',
      /^serverless\.yml:45 functions\.clock\.events\.0: is not an event the local stack can send/,
    ],
    [
      'a handler that is not there',
      'functions/web.handler',
      'functions/gone.handler',
      /^serverless\.yml:39 functions\.web\.handler: functions\/gone\.ts does not exist/,
    ],
    ['a reference to nothing', '!Ref SinkQueue', '!Ref Nothing', /nothing called Nothing is declared/],
    [
      'a visibility that AWS refuses',
      'VisibilityTimeout: 1',
      'VisibilityTimeout: 0',
      /functions\.worker\.events\.0: fixture-local-work has a visibility timeout of 0 s/,
    ],
    [
      'a timeout that is none',
      'timeout: 1',
      'timeout: soon',
      /^serverless\.yml:5 provider\.timeout: Invalid input: expected (int|number)/,
    ],
  ])('%s', async (_, from, to, expected) => {
    await expect(read(from, to)).rejects.toThrow(expected);
  });
});
