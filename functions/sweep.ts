import type { Context, ScheduledEvent } from 'aws-lambda';
import { sweepApp } from '../lib/app.ts';
import { sweep } from '../lib/attention/sweep.ts';
import { publishRegistry } from '../lib/gate/publish-registry.ts';

const app = await sweepApp(process.env);
// The hosts read from the table which gates concern them. A table that cannot be reached now is no reason not to start.
await publishRegistry(app).catch((error: unknown) => app.log('registry not published', { error: String(error) }));

/** Every minute: whatever is due and was not done is sent again. Stops 5 s before its own time limit. */
export async function handler(_event: ScheduledEvent, context: Context): Promise<{ looked: number; sent: number }> {
  return sweep(app, { deadline: app.now().getTime() + context.getRemainingTimeInMillis() - 5000 });
}
