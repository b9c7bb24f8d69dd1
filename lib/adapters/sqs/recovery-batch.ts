import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import { FailureId } from '../../failure/ids.ts';
import type { Redact, RejectedStore } from '../../ports.ts';
import { SignedEnvelope, type VerifyEnvelope } from '../../recovery/command.ts';
import { followRun, RunHint } from '../../recovery/follow-run.ts';
import { openReport } from '../../recovery/open-report.ts';
import { recordSaid } from '../../recovery/record-report.ts';
import { carryOutEffects, type EffectPorts } from '../../response/carry-out-effects.ts';
import { lookAtItem } from '../../response/look-at-item.ts';
import { WorkItemId } from '../../work/work-item.ts';
import { parseMessage } from './hints.ts';
import { keepRejected } from './keep-rejected.ts';
import { processBatch } from './partial-batch.ts';

export type RecoveryBatchPorts = EffectPorts & { verify: VerifyEnvelope; rejected: RejectedStore; redact: Redact };

interface Turn {
  /** The run, the failure or item to look at, or the runner that only says that it is there. */
  about: string;
  /** The runner's numbers; a hint comes after all that the runner said, which may be what it waits for. */
  order: number;
  handle: () => Promise<void>;
}

/**
 * What is about one run is done in the runner's order, one after the other (each writes the same item); runs do not wait for
 * one another. One that fails is tried again alone: its neighbours need not wait for it, any order ends the same.
 */
export function recoveryBatch(ports: RecoveryBatchPorts, event: SQSEvent): Promise<SQSBatchResponse> {
  const handled = new Map<SQSRecord, Promise<void>>();
  const runs = new Map<string, (Turn & { record: SQSRecord })[]>();
  for (const record of event.Records) {
    try {
      const turn = readMessage(ports, record);
      runs.set(turn.about, [...(runs.get(turn.about) ?? []), { ...turn, record }]);
    } catch (error) {
      handled.set(record, Promise.reject(error));
    }
  }
  for (const turns of runs.values()) {
    let before = Promise.resolve();
    for (const { record, handle } of turns.sort((a, b) => a.order - b.order)) {
      const mine = before.then(handle);
      handled.set(record, mine);
      before = mine.catch(() => undefined); // reported below, by the record it belongs to
    }
  }
  return processBatch(event, async (record) => handled.get(record), {
    onPoison: (record, poison) => keepRejected(ports, record, poison),
    log: ports.log,
  });
}

/** Both queues of the recovery function come here: a hint names what to look at, a report is a signed envelope. */
const Message = z.looseObject({
  payload: z.unknown().optional(),
  runId: z.unknown().optional(),
  workItemId: z.unknown().optional(),
});
const EffectsHint = z.object({ failureId: FailureId });
const WorkHint = z.object({ workItemId: WorkItemId });

function readMessage(ports: RecoveryBatchPorts, { body, attributes }: SQSRecord): Turn {
  const message = parseMessage(Message, body);
  if (!('payload' in message)) {
    const order = Number.POSITIVE_INFINITY;
    if ('workItemId' in message) {
      const hint = parseMessage(WorkHint, body);
      return { about: hint.workItemId, order, handle: () => lookAtItem(ports, hint) };
    }
    if (!('runId' in message)) {
      const hint = parseMessage(EffectsHint, body);
      return { about: hint.failureId, order, handle: () => carryOutEffects(ports, hint) };
    }
    const hint = parseMessage(RunHint, body);
    return { about: hint.runId, order, handle: () => followRun(ports, hint) };
  }
  const said = openReport(ports, parseMessage(SignedEnvelope, body, 'invalid_report'));
  const handle = () => recordSaid(ports, said, new Date(Number(attributes.SentTimestamp)));
  return said.kind === 'presence'
    ? { about: said.runner, order: 0, handle }
    : { about: said.runId, order: said.sequence, handle };
}
