import type { Context, ScheduledEvent } from 'aws-lambda';
import { sweepApp } from '../lib/app.ts';
import { sweep } from '../lib/attention/sweep.ts';
import { followChecklists } from '../lib/checklist/keep-checklist-gate.ts';
import { followGates } from '../lib/gate/follow-gates.ts';
import { publishRegistry } from '../lib/gate/publish-registry.ts';

const app = await sweepApp(process.env);

/**
 * Every minute: whatever is due and was not done is sent again, hosts learn what kintsugi.yml says by now, and failures that
 * their gates were opened. Stops 5 s before its own time limit.
 */
export async function handler(_event: ScheduledEvent, context: Context): Promise<{ looked: number; sent: number }> {
  const deadline = app.now().getTime() + context.getRemainingTimeInMillis() - 5000;
  // None of them keeps what is due from being sent.
  const note = (what: string) => (error: unknown) => app.log(what, { error: String(error) });
  const [swept] = await Promise.all([
    sweep(app, { deadline }),
    publishRegistry(app).catch(note('registry not published')),
    followGates(app).catch(note('gates not followed')),
    followChecklists(app).catch(note('checklists not followed')),
  ]);
  return swept;
}
