import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { generateKeys, verifyEnvelope } from '../../lib/adapters/signing/ed25519.ts';
import { RunnerPresence, SignedEnvelope } from '../../lib/recovery/command.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { loadOrCreateKeys } from '../../runner/keys.ts';
import { receive } from '../../runner/queue.ts';
import { environment, startQueues, startRunner } from './control-room.ts';

it('says who it is and what it can do, each of two runners with its own queue and key', async () => {
  const queues = await startQueues();
  const home = mkdtempSync(join(tmpdir(), 'kintsugi-presence-'));
  const results = await queues.create('results');
  const hosts = await Promise.all(
    ['one', 'two'].map(async (name) => {
      const configFile = join(home, `${name}.yml`);
      const program = { command: ['true'] };
      const config = {
        name,
        queues: { commands: await queues.create(`commands-${name}`), results, failures: results },
        keys: { file: `${name}.key`, recovery: generateKeys().publicKey },
        journal: `journal-${name}`,
        components: { [name]: { stop: program, start: program, clean: {} } },
        actions: name === 'one' ? { switch: { component: 'one', title: 'Switch', ...program } } : {},
      };
      writeFileSync(configFile, stringify(config));
      return { name, configFile, env: environment(queues, home) };
    }),
  );
  const runners = hosts.map((host) => startRunner(host));
  try {
    const heard = new Map<string, RunnerPresence>();
    const patience = AbortSignal.timeout(20_000);
    while (heard.size < 2) {
      for (const { body, done } of await receive(queues.sqs, results, patience)) {
        const envelope = SignedEnvelope.parse(JSON.parse(body));
        const presence = RunnerPresence.parse(JSON.parse(envelope.payload));
        const { publicKey } = loadOrCreateKeys(join(home, `${presence.runner}.key`));
        expect(verifyEnvelope(envelope, publicKey)).toBe(true);
        heard.set(presence.runner, presence);
        await done();
      }
    }
    expect(heard.get('one')).toMatchObject({
      release: packageJson.version,
      abilities: { one: expect.arrayContaining(['workaround', 'diagnose', 'clean', 'shutdown', 'restart']) },
      actions: { one: ['switch'] },
    });
    expect(heard.get('two')?.abilities.two).not.toContain('workaround');
    expect(await Promise.all(runners.map((runner) => runner.stop()))).toEqual([0, 0]);
  } finally {
    for (const { child } of runners) child.kill('SIGKILL');
    await queues.stop();
    rmSync(home, { recursive: true, force: true });
  }
});
