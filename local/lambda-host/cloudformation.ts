/** The account that exists only on this machine: what CloudFormation's intrinsic functions give here. */
export const localAccount = {
  region: 'us-east-1',
  accountId: '000000000000',
  partition: 'aws',
  urlSuffix: 'amazonaws.com',
} as const;

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

export const queueArn = (name: string): string =>
  `arn:aws:sqs:${localAccount.region}:${localAccount.accountId}:${name}`;
export const tableArn = (name: string): string =>
  `arn:aws:dynamodb:${localAccount.region}:${localAccount.accountId}:table/${name}`;
/** As AWS writes it. `localise` turns it into the address of the local SQS. */
export const queueUrl = (name: string): string =>
  `https://sqs.${localAccount.region}.${localAccount.urlSuffix}/${localAccount.accountId}/${name}`;

export const localise = (text: string, sqsEndpoint: string): string =>
  text.replaceAll(`https://sqs.${localAccount.region}.${localAccount.urlSuffix}`, sqsEndpoint.replace(/\/$/, ''));

/** Writes out Ref, GetAtt, Sub and Join everywhere in `value`. `fail` gets what it cannot. */
export function evaluateIntrinsics(
  value: unknown,
  resources: Record<string, Resource>,
  fail: (problem: string) => never,
): unknown {
  const evaluate = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(evaluate);
    if (inner === null || typeof inner !== 'object') return inner;
    const entries = Object.entries(inner);
    const [only] = entries;
    if (entries.length !== 1 || !only || !(only[0] === 'Ref' || only[0].startsWith('Fn::'))) {
      return Object.fromEntries(entries.map(([key, item]) => [key, evaluate(item)]));
    }
    const [name, argument] = only;
    if (name === 'Ref') return reference(String(argument));
    if (name === 'Fn::GetAtt' && Array.isArray(argument)) return attribute(String(argument[0]), String(argument[1]));
    if (name === 'Fn::Sub') return substitute(argument);
    if (name === 'Fn::Join' && Array.isArray(argument))
      return (evaluate(argument[1]) as unknown[]).join(String(argument[0]));
    return fail(`${name} is not known to the local stack: it follows Ref, GetAtt, Sub and Join`);
  };

  function substitute(argument: unknown): string {
    const [text, values] = Array.isArray(argument)
      ? (argument as [string, Record<string, unknown>])
      : [String(argument), {}];
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_, escaped: string, name: string) => {
      if (escaped) return `\${${name}}`;
      if (Object.hasOwn(values, name)) return String(evaluate(values[name]));
      const dot = name.indexOf('.');
      return dot < 0 ? reference(name) : attribute(name.slice(0, dot), name.slice(dot + 1));
    });
  }

  function reference(id: string): string {
    const pseudo: Record<string, string> = {
      'AWS::Region': localAccount.region,
      'AWS::AccountId': localAccount.accountId,
      'AWS::Partition': localAccount.partition,
      'AWS::URLSuffix': localAccount.urlSuffix,
    };
    const known = pseudo[id];
    if (known !== undefined) return known;
    const resource = resources[id] ?? fail(`nothing called ${id} is declared under resources`);
    if (resource.Type === 'AWS::SQS::Queue') return queueUrl(nameOf(id, resource, 'QueueName'));
    if (resource.Type === 'AWS::DynamoDB::Table') return nameOf(id, resource, 'TableName');
    return fail(`${id} is a ${resource.Type}: the local stack has only queues and tables`);
  }

  function attribute(id: string, name: string): string {
    const resource = resources[id] ?? fail(`nothing called ${id} is declared under resources`);
    if (resource.Type === 'AWS::SQS::Queue' && name === 'Arn') return queueArn(nameOf(id, resource, 'QueueName'));
    if (resource.Type === 'AWS::SQS::Queue' && name === 'QueueName') return nameOf(id, resource, 'QueueName');
    if (resource.Type === 'AWS::DynamoDB::Table' && name === 'Arn') return tableArn(nameOf(id, resource, 'TableName'));
    return fail(`${id}.${name} is not known to the local stack`);
  }

  function nameOf(id: string, { Properties }: Resource, property: string): string {
    const name = Properties[property];
    return typeof name === 'string' ? name : fail(`${id} needs a ${property}: the local stack makes up no names`);
  }

  return evaluate(value);
}
