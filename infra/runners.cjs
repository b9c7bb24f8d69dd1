/**
 * What each runner that the policy file declares needs on AWS: its own command queue, and a managed policy for its host
 * that opens exactly that queue, the two it reports to, and of the table the work queue, the gates and, to read, the checklists. serverless.yml takes
 * `resources` and `sendCommands` from here, when it is packaged and when the local stack reads it.
 */
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { parse } = require('yaml');

const projectDir = path.join(__dirname, '..');
const runnerName = /^[a-z0-9][a-z0-9-]{0,31}$/;
const fourteenDays = 1_209_600;

async function declaredRunners(resolveVariable) {
  const file = path.resolve(projectDir, await resolveVariable('self:custom.policy'));
  let policy;
  try {
    policy = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file}: cannot be read as the policy file: ${error.message.split('\n')[0]}`);
  }
  const runners = policy?.runners ?? {};
  if (typeof runners !== 'object' || Array.isArray(runners))
    throw new Error(`${file}: runners must be a map of runner names`);
  for (const name of Object.keys(runners)) {
    if (!runnerName.test(name)) {
      throw new Error(
        `${file}: runners.${name}: a runner's name is 1 to 32 of a-z 0-9 - and starts with a letter or digit`,
      );
    }
  }
  return Object.keys(runners).sort();
}

/** A name for CloudFormation, which knows letters and digits only: `ci-2` and `ci2` stay apart. */
const logicalId = (runner) =>
  runner
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('Dash');

const queueOf = (runner) => `Commands${logicalId(runner)}Queue`;
const arn = (id) => ({ 'Fn::GetAtt': [id, 'Arn'] });

/**
 * Work items and gates, and no failure, run or role: a host that is taken over changes nothing else. What depends on what, and
 * the checklists, it may only read.
 */
const ofPartitions = (partitions) => ({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions } });
const workRights = [
  {
    Effect: 'Allow',
    Action: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    Resource: [arn('Table')],
    Condition: ofPartitions(['W#*', 'GATES']),
  },
  { Effect: 'Allow', Action: ['dynamodb:GetItem'], Resource: [arn('Table')], Condition: ofPartitions(['REGISTRY']) },
  {
    Effect: 'Allow',
    Action: ['dynamodb:Query'],
    Resource: [arn('Table')],
    Condition: ofPartitions(['GATES', 'CHECK#*']),
  },
  {
    Effect: 'Allow',
    Action: ['dynamodb:Query'],
    Resource: ['listing', 'related'].map((index) => ({ 'Fn::Sub': `\${Table.Arn}/index/${index}` })),
    Condition: ofPartitions(['WORK#*']),
  },
];

/** `name` is `<service>-<stage>`. */
function resourcesOf(runner, name) {
  const queue = queueOf(runner);
  const deadLetters = `Commands${logicalId(runner)}DeadLetterQueue`;
  const queueName = `${name}-commands-${runner}`;
  return {
    // A command is signed and short-lived: the runner refuses a stale one, so it need not be kept long.
    [queue]: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: queueName,
        VisibilityTimeout: 60,
        MessageRetentionPeriod: 86_400,
        ReceiveMessageWaitTimeSeconds: 20,
        SqsManagedSseEnabled: true,
        RedrivePolicy: { deadLetterTargetArn: arn(deadLetters), maxReceiveCount: 5 },
      },
    },
    [deadLetters]: {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: `${queueName}-dlq`, MessageRetentionPeriod: fourteenDays, SqsManagedSseEnabled: true },
    },
    [`Runner${logicalId(runner)}Policy`]: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        ManagedPolicyName: `${name}-runner-${runner}`,
        Description: `What the host of the Kintsugi runner ${runner} may do`,
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
              Resource: arn(queue),
            },
            { Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: [arn('ResultsQueue'), arn('FailuresQueue')] },
            ...workRights,
          ],
        },
      },
    },
  };
}

const outputsOf = (runner) => ({
  [`Commands${logicalId(runner)}QueueUrl`]: {
    Description: `Where runner ${runner} listens`,
    Value: { Ref: queueOf(runner) },
  },
  [`Runner${logicalId(runner)}PolicyArn`]: {
    Description: `Attach this policy to the host of runner ${runner}`,
    Value: { Ref: `Runner${logicalId(runner)}Policy` },
  },
});

module.exports.resources = async ({ resolveVariable }) => {
  const name = await resolveVariable('self:custom.name');
  const runners = await declaredRunners(resolveVariable);
  return {
    Resources: Object.assign({}, ...runners.map((runner) => resourcesOf(runner, name))),
    Outputs: Object.assign({}, ...runners.map(outputsOf)),
  };
};

/** The recovery function's right to command exactly the declared runners. Without one, it is a right to nothing. */
module.exports.sendCommands = async ({ resolveVariable }) => {
  const queues = (await declaredRunners(resolveVariable)).map((runner) => arn(queueOf(runner)));
  return queues.length > 0
    ? { Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: queues }
    : { Effect: 'Deny', Action: ['sqs:SendMessage'], Resource: [arn('ResultsQueue')] };
};
