import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { generateKeys } from '../../../lib/adapters/signing/ed25519.ts';
import { startDemoRunner } from '../../../local/demo/demo-runner.ts';

let scratch = '';
beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'kintsugi-demo-runner-'));
  // A runner starts only on a work tree that it could roll back.
  execFileSync('git', ['init', '--quiet', scratch]);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const environment = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
const log = () => path.join(scratch, 'runner.log');

/** Its queues are away, which only makes it wait. */
function runnerFile(name: string): string {
  const queue = (kind: string) => `http://127.0.0.1:9/000000000000/${kind}`;
  const file = path.join(scratch, `${name}.yml`);
  const content = {
    name,
    queues: { commands: queue('commands'), results: queue('results'), failures: queue('failures') },
    keys: { file: `${name}.key`, recovery: generateKeys().publicKey },
    journal: `${name}-journal`,
    workTrees: { shop: { path: scratch, component: 'shop', check: { command: ['true'], timeoutSeconds: 5 } } },
  };
  writeFileSync(file, stringify(content));
  return file;
}

describe.runIf(process.platform === 'linux')('the demo’s runner', () => {
  it('goes when the stack is killed with kill -9', async () => {
    const module = pathToFileURL(path.resolve('local/demo/demo-runner.ts')).href;
    const options = JSON.stringify({ runnerFile: runnerFile('killed'), log: log(), environment });
    const program = `import { startDemoRunner } from ${JSON.stringify(module)};
      console.log(startDemoRunner({ ...${options}, onEnd() {} }).pid);
      setInterval(() => {}, 1000);`;
    const stack = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [printed] = await once(stack.stdout, 'data');
    const runner = `/proc/${Number(String(printed))}`;
    await vi.waitFor(() => expect(readFileSync(log(), 'utf8')).toContain('runner started'), 10_000);
    expect(existsSync(runner)).toBe(true);

    stack.kill('SIGKILL');
    await vi.waitFor(() => expect(existsSync(runner)).toBe(false), 5000);
  }, 20_000);

  it('has a process group of its own, and ends when it is asked once, without a word about it', async () => {
    const onEnd = vi.fn();
    const runner = startDemoRunner({ runnerFile: runnerFile('asked'), log: log(), environment, onEnd });
    const [, , group] = readFileSync(`/proc/${runner.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    expect(Number(group)).toBe(runner.pid);
    await runner.stop();
    expect(existsSync(`/proc/${runner.pid}`)).toBe(false);
    expect(onEnd).not.toHaveBeenCalled();
  });

  it('says in one line when it has ended by itself', async () => {
    const onEnd = vi.fn<(line: string) => void>();
    const missing = path.join(scratch, 'nowhere.yml');
    const runner = startDemoRunner({ runnerFile: missing, log: log(), environment, onEnd });
    await vi.waitFor(() => expect(onEnd).toHaveBeenCalledOnce(), 10_000);
    expect(onEnd.mock.calls[0]?.[0]).toMatch(/^The demo's runner has ended \(exit code \d+\), .*runner\.log$/);
    await runner.stop();
  }, 15_000);
});
