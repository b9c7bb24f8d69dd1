/**
 * A function's own process, as a Lambda sandbox is one: it loads the handler once (a real cold start), then runs one
 * invocation at a time. The host freezes it in between and kills it at its time limit.
 */
import diagnostics from 'node:diagnostics_channel';
import { flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import type { FromChild, HandlerError, Invocation } from './protocol.ts';

type Handler = (event: unknown, context: Context) => unknown;

const [file = '', exportName = ''] = process.argv.slice(2);
// Ctrl-C and a closed terminal reach the whole process group; the host decides when this process ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.on('disconnect', () => process.exit());

const send = (message: FromChild): boolean | undefined => process.send?.(message);

function describe(error: unknown): HandlerError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

function contextOf({ requestId, deadline }: Invocation): Context {
  const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? '';
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${process.env.AWS_REGION}:000000000000:function:${functionName}`,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? '',
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: `local/${process.pid}`,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}

async function run(handler: Handler, invocation: Invocation): Promise<void> {
  const { requestId } = invocation;
  try {
    const result = await handler(JSON.parse(invocation.event), contextOf(invocation));
    send({ kind: 'returned', requestId, payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    console.error(error);
    send({ kind: 'threw', requestId, error: describe(error) });
  }
}

/**
 * For tests of what survives a crash: dies, as if by kill -9, right before the n-th request leaves
 * (KINTSUGI_CRASH_BEFORE=n) or when the n-th answer arrives and nobody has seen it (KINTSUGI_CRASH_AFTER=n).
 */
function crashOnRequest(): void {
  const dieAt = (count: string | undefined, channels: string[]): void => {
    let left = Number(count);
    if (!left) return;
    for (const channel of channels) {
      diagnostics.subscribe(channel, () => {
        left -= 1;
        if (left === 0) process.kill(process.pid, 'SIGKILL');
      });
    }
  };
  dieAt(process.env.KINTSUGI_CRASH_BEFORE, ['http.client.request.created', 'undici:request:create']);
  dieAt(process.env.KINTSUGI_CRASH_AFTER, ['http.client.response.finish', 'undici:request:headers']);
}

try {
  const loaded: Record<string, unknown> = await import(pathToFileURL(file).href);
  const handler = loaded[exportName];
  if (typeof handler !== 'function') throw new TypeError(`${file} exports no function "${exportName}"`);
  crashOnRequest();
  // Node keeps it at an orderly end, which this process never has.
  flushCompileCache();
  process.on('message', (invocation: Invocation) => void run(handler as Handler, invocation));
  send({ kind: 'ready' });
} catch (error) {
  console.error(error);
  process.send?.({ kind: 'init-failed', error: describe(error) } satisfies FromChild, () => process.exit(1));
}
