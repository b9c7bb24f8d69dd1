import { ed25519Signer, generateKeys, verifyEnvelope } from '../../lib/adapters/signing/ed25519.ts';
import type { RunId } from '../../lib/failure/ids.ts';
import { RunnerReport } from '../../lib/recovery/command.ts';
import { judgeCommand } from '../../runner/judge-command.ts';

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
type ReportBody = Without<RunnerReport, 'version' | 'runner' | 'failureId' | 'runId' | 'sequence' | 'at'>;

/**
 * A runner's side of the protocol, with the runner's own judgement of commands and real signatures. It plans once a run, and
 * carries each nonce out once; the git work itself is tested in test/runner.
 */
export function runnerOnTheHost(options: {
  name: string;
  commandKey: string;
  now: () => Date;
  send: (body: string) => void;
  /** Its own; made when left out. */
  keys?: { privateKey: string; publicKey: string };
}) {
  const { privateKey, publicKey } = options.keys ?? generateKeys();
  const sign = ed25519Signer(privateKey, 'the test');
  const nonces = new Map<RunId, string>();
  const carriedOut: RunId[] = [];
  const refusals: string[] = [];
  const sequences = new Map<RunId, number>();
  const report = (about: Pick<RunnerReport, 'failureId' | 'runId'>, body: ReportBody): void => {
    const sequence = (sequences.get(about.runId) ?? 0) + 1;
    sequences.set(about.runId, sequence);
    const at = options.now().toISOString();
    const said = RunnerReport.parse({ version: 1, runner: options.name, ...about, sequence, at, ...body });
    options.send(JSON.stringify(sign(JSON.stringify(said))));
  };

  return {
    publicKey,
    carriedOut,
    refusals,
    listen(body: string): void {
      const judged = judgeCommand(body, {
        runner: options.name,
        publicKey: options.commandKey,
        verify: verifyEnvelope,
        now: options.now(),
      });
      if (judged.kind !== 'accepted') return void refusals.push(judged.code);
      const { command } = judged;
      const about = { failureId: command.failureId, runId: command.runId };
      if (command.kind === 'offer') {
        const nonce = nonces.get(command.runId) ?? `${command.runId}-nonce-nonce`;
        nonces.set(command.runId, nonce);
        const plan = {
          hash: 'ab'.repeat(32),
          summary: 'Back to checkpoint working: 1 path',
          items: [{ what: 'cart.js', change: 'restore' as const }],
          total: 1,
        };
        report(about, { kind: 'ready', plan, nonce });
      }
      if (command.kind !== 'go' || command.nonce !== nonces.get(command.runId)) return;
      if (carriedOut.includes(command.runId)) return;
      carriedOut.push(command.runId);
      const step = (name: string, state: 'started' | 'done') => report(about, { kind: 'step', step: { name, state } });
      step('Save everything', 'started');
      step('Save everything', 'done');
      step('Roll back', 'done');
      step('Check', 'done');
      const refs = [`refs/kintsugi/before-recovery/${command.runId}`, 'refs/kintsugi/checkpoints/shop/working'];
      report(about, { kind: 'result', ok: true, reason: 'Rolled 1 path back to checkpoint working.', refs });
    },
  };
}
