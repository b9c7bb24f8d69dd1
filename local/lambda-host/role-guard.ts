import { Agent, createServer, request as forward, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { admitOnlyPrograms } from '../this-machine-only.ts';
import { queueArn, tableArn } from './cloudformation.ts';
import type { Right } from './service.ts';

export interface RoleGuard {
  /** Stands for both services' endpoints. */
  endpoint: string;
  stop(): Promise<void>;
}

/**
 * What IAM would do: passes on what the function's role allows, and refuses the rest. So a right that is missing in
 * serverless.yml is missing here too, and not only on AWS.
 */
export async function startRoleGuard(options: {
  functionName: string;
  rights: Right[];
  endpoints: { dynamodb: string; sqs: string };
  onLine: (line: string) => void;
}): Promise<RoleGuard> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer(async (request, response) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const wanted = readRequest(String(request.headers['x-amz-target'] ?? ''), body);
      const refused = wanted.find((right) => !isAllowed(options.rights, right));
      if (wanted.length === 0 || refused) {
        const what = refused
          ? `${refused.action} on resource: ${refused.resource}`
          : `${request.headers['x-amz-target']}`;
        const message = `The role of ${options.functionName} is not authorized to perform: ${what}. Its iamRoleStatements in serverless.yml say what it may.`;
        options.onLine(`REFUSED ${message}`);
        const answer = JSON.stringify({ __type: 'com.amazon.coral.service#AccessDeniedException', message });
        return response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(answer);
      }
      const isSqs = wanted[0]?.action.startsWith('sqs:');
      await passOn(isSqs ? options.endpoints.sqs : options.endpoints.dynamodb, request.headers, body, agent, response);
    } catch {
      // The caller sees what a broken connection looks like.
      response.destroy();
    }
    return undefined;
  });
  admitOnlyPrograms(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}

interface Wanted {
  action: string;
  resource: string;
}

/** The actions and resources that a request of the JSON protocol needs; none when it is no such request. */
function readRequest(target: string, body: Buffer): Wanted[] {
  const [service = '', operation = ''] = target.split('.');
  const input = JSON.parse(body.toString('utf8') || '{}') as Record<string, unknown>;
  if (service === 'AmazonSQS') {
    const name =
      String(input.QueueUrl ?? '')
        .split('/')
        .at(-1) ?? '';
    return [{ action: `sqs:${operation.replace(/Batch$/, '')}`, resource: queueArn(name) }];
  }
  if (!service.startsWith('DynamoDB_')) return [];
  const tables = input.RequestItems ? Object.keys(input.RequestItems) : [String(input.TableName ?? '')];
  const index = input.IndexName ? `/index/${input.IndexName}` : '';
  return tables.map((name) => ({ action: `dynamodb:${operation}`, resource: tableArn(name) + index }));
}

function isAllowed(rights: Right[], { action, resource }: Wanted): boolean {
  const fitting = rights.filter((right) => right.actions.includes(action) && right.resources.includes(resource));
  return fitting.length > 0 && fitting.every(({ effect }) => effect === 'Allow');
}

function passOn(
  endpoint: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
  agent: Agent,
  response: ServerResponse,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const passed = forward(
      endpoint,
      { method: 'POST', headers: { ...headers, 'content-length': body.length }, agent },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        answer.once('error', reject);
        response.once('finish', resolve);
      },
    );
    // Whoever waits no longer needs no answer.
    response.once('close', () => passed.destroy());
    passed.once('error', reject);
    passed.end(body);
  });
}
