import type { RunnerCommand } from './command.ts';
import type { RecoveryPorts } from './recovery-ports.ts';
import { goTtlMs, offerTtlMs, type RecoveryRun } from './run.ts';

type Ports = Pick<RecoveryPorts, 'commands' | 'now' | 'log'>;

/** Makes the runner plan and answer `ready`; nothing is touched. */
export async function sendOffer(ports: Ports, run: RecoveryRun): Promise<void> {
  const expiresAt = new Date(new Date(run.requestedAt).getTime() + offerTtlMs);
  await send(ports, {
    ...addressed(ports, run, expiresAt),
    kind: 'offer',
    strategy: run.strategy,
    order: run.order,
    dryRun: run.dryRun,
    component: run.component,
    ...(run.workTree && { workTree: run.workTree }),
  });
}

/** May be sent again and again: the runner carries a nonce out once. */
export async function sendGo(ports: Ports, run: Extract<RecoveryRun, { state: 'running' }>): Promise<void> {
  const expiresAt = new Date(ports.now().getTime() + goTtlMs);
  await send(ports, {
    ...addressed(ports, run, expiresAt),
    kind: 'go',
    nonce: run.nonce,
    planHash: run.plan.hash,
  });
}

/** Lets the runner forget a plan that will not be released. A courtesy: without `go` it never acts anyway. */
export async function sendCancel(ports: Ports, run: RecoveryRun, reason: string): Promise<void> {
  const expiresAt = new Date(ports.now().getTime() + offerTtlMs);
  await send(ports, { ...addressed(ports, run, expiresAt), kind: 'cancel', reason });
}

function addressed({ now }: Ports, run: RecoveryRun, expiresAt: Date) {
  return {
    version: 1 as const,
    runner: run.runner,
    failureId: run.failureId,
    runId: run.id,
    issuedAt: now().toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}

async function send({ commands, log }: Ports, command: RunnerCommand): Promise<void> {
  await commands.send(command);
  log('command sent', {
    command: command.kind,
    runner: command.runner,
    failureId: command.failureId,
    runId: command.runId,
  });
}
