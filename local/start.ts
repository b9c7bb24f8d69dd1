import path from 'node:path';
import { parseArgs } from 'node:util';
import { startDemo } from './demo/demo.ts';
import { type Stack, startLocalStack } from './stack.ts';
import { StackError } from './stack-error.ts';
import { stopOnSignal } from './stop-on-signal.ts';

/** `npm start`: the whole of Kintsugi on this machine, until Ctrl-C. */
const usage = 'npm start -- [--port 3000] [--data .kintsugi] [--no-demo]';

const help = `${usage}

  --port NUMBER    where it listens on this machine (3000); 0 takes any that is free
  --data FOLDER    where it keeps its data and logs (.kintsugi)
  --no-demo        without the demo: no shop to break, and no runner
  --help           this text`;

function readOptions(): { port: number; dataDir: string; demo: boolean } {
  const parsed = parse();
  if (parsed.help) {
    console.log(help);
    process.exit(0);
  }
  const port = Number(parsed.port);
  if (!/^\d+$/.test(parsed.port) || port > 65_535)
    throw new StackError(`--port "${parsed.port}" is not a port number. Use: ${usage}`);
  return { port, dataDir: path.resolve(parsed.data), demo: parsed.demo };
}

function parse(): { port: string; data: string; demo: boolean; help: boolean } {
  try {
    return parseArgs({
      allowNegative: true,
      options: {
        port: { type: 'string', default: '3000' },
        data: { type: 'string', default: '.kintsugi' },
        demo: { type: 'boolean', default: true },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    const [problem] = (error instanceof Error ? error.message : String(error)).split(/\. |\n/);
    throw new StackError(`${problem}. Use: ${usage}`, { cause: error });
  }
}

function describe({ endpoints, dataDir }: Stack): string {
  return [
    `Kintsugi is ready: ${endpoints.url}   (${(performance.now() / 1000).toFixed(1)} s)`,
    '',
    `  failures queue   ${endpoints.failuresQueueUrl}`,
    `  Slack API        ${endpoints.slackApiUrl}`,
    `  Slack requests   ${endpoints.slackRequestUrl}`,
    `  DynamoDB         ${endpoints.dynamodbEndpoint}   table ${endpoints.tableName}`,
    `  SQS              ${endpoints.sqsEndpoint}`,
    `  Qdrant           ${endpoints.qdrantUrl}`,
    `  data, and logs   ${dataDir}   (endpoints.json, kintsugi.log)`,
    '',
    'Ctrl-C stops it.',
  ].join('\n');
}

const stopping = new AbortController();
try {
  const { port, dataDir, demo } = readOptions();
  const starting = startLocalStack({ port, dataDir, signal: stopping.signal, ...(demo && { demo: startDemo }) });
  stopOnSignal(async () => {
    stopping.abort();
    return (await starting.catch(() => undefined))?.stop() ?? [];
  });
  console.log(describe(await starting));
} catch (error) {
  // Stopped while it started: whoever asked is waiting for the end, not for a reason.
  if (!stopping.signal.aborted) {
    const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
    console.error(`Kintsugi cannot start. ${line}`);
    process.exit(1);
  }
}
