import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { stopTogether } from '../../../local/stop-in-time.ts';

describe('parts that stop together', () => {
  it('each have their own limit: one that hangs, or breaks, keeps no other from ending', async () => {
    const ended: string[] = [];
    const part = (name: string, stop: () => Promise<unknown>) => ({ name, limitMs: 200, stop });
    const problems = await stopTogether([
      part('The demo', () => new Promise(() => {})),
      part('The functions', async () => {
        throw new Error('no');
      }),
      part('The table', async () => {
        await delay(50);
        ended.push('The table');
      }),
    ]);
    expect(ended).toEqual(['The table']);
    expect(problems).toEqual(['The demo did not stop within 0.2 s', 'The functions did not stop: no']);
  });
});

describe.concurrent('Ctrl-C', () => {
  const module = pathToFileURL(path.resolve('local/stop-on-signal.ts')).href;

  async function running(stop: string) {
    const program = `import { stopOnSignal } from ${JSON.stringify(module)};
      stopOnSignal(${stop});
      setInterval(() => {}, 1000);
      console.log('here');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    const ended = once(child, 'close').then(([code]) => ({ code, said }));
    await once(child.stdout, 'data');
    return { child, ended };
  }

  it('ends with 0 when everything stopped', async ({ expect }) => {
    const { child, ended } = await running('async () => []');
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 0, said: '' });
  });

  it('ends with 1 and one line when something had to be cut off', async ({ expect }) => {
    const { child, ended } = await running('async () => ["The table did not stop within 1 s", "Neither"]');
    child.kill('SIGINT');
    expect(await ended).toEqual({
      code: 1,
      said: 'Kintsugi was stopped the hard way. The table did not stop within 1 s.\n',
    });
  });

  it('that arrives twice at once is one; the second of a person ends it at once', async ({ expect }) => {
    const { child, ended } = await running('() => new Promise(() => {})');
    child.kill('SIGINT');
    await delay(100);
    child.kill('SIGINT');
    await delay(700);
    expect(child.exitCode).toBe(null);
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 1, said: 'Kintsugi was stopped the hard way. It was asked twice.\n' });
  });

  it('is obeyed after four seconds whatever hangs', async ({ expect }) => {
    const { child, ended } = await running('() => new Promise(() => {})');
    child.kill('SIGTERM');
    expect(await ended).toEqual({
      code: 1,
      said: 'Kintsugi was stopped the hard way. It did not end within 4 s.\n',
    });
  });
});
