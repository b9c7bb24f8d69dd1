import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { CommandSender } from '../../ports.ts';
import { RunnerCommand, type SignPayload } from '../../recovery/command.ts';
import { plainJson } from './plain-json.ts';

/** Signs each command and sends it to its runner's own queue, `<prefix><runner>`. */
export function sqsCommandSender(
  sqs: SQSClient,
  { queueUrlPrefix, sign }: { queueUrlPrefix: string; sign: SignPayload },
): CommandSender {
  return {
    async send(command) {
      const envelope = sign(JSON.stringify(RunnerCommand.parse(command)));
      const QueueUrl = queueUrlPrefix + command.runner;
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: plainJson(JSON.stringify(envelope)) }));
    },
  };
}
