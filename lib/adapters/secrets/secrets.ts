import { ConfigurationError } from '../../errors.ts';

/** Environment variable → its name under SECRETS_PATH. */
const parameterNames = {
  SLACK_BOT_TOKEN: 'slack-bot-token',
  SLACK_SIGNING_SECRET: 'slack-signing-secret',
  COMMAND_SIGNING_KEY: 'command-signing-key',
  QDRANT_API_KEY: 'qdrant-api-key',
  PAGER_SIGNING_SECRET: 'pager-signing-secret',
} as const;
export type SecretName = keyof typeof parameterNames;

/**
 * Reads secrets during init: from the environment when they are there, else from SSM Parameter Store under `path`.
 * A missing one is an error that names it, unless it is in `optional`.
 */
export async function readSecrets<N extends SecretName>(
  names: readonly N[],
  {
    env,
    path,
    optional = [],
  }: { env: Record<string, string | undefined>; path: string | undefined; optional?: readonly N[] },
): Promise<Record<N, string>> {
  const secrets: Partial<Record<N, string>> = {};
  for (const name of names) {
    const value = env[name];
    if (value) secrets[name] = value;
  }
  const missing = names.filter((name) => secrets[name] === undefined);
  if (missing.length > 0 && path) Object.assign(secrets, await fromParameterStore(missing, path));
  for (const name of names) {
    if (secrets[name] !== undefined) continue;
    if (!optional.includes(name)) {
      throw new ConfigurationError(
        `${name} is missing: set it, or put it in Parameter Store as ${path ?? '<SECRETS_PATH>'}${parameterNames[name]}.`,
      );
    }
    secrets[name] = '';
  }
  return secrets as Record<N, string>;
}

async function fromParameterStore<N extends SecretName>(
  names: readonly N[],
  path: string,
): Promise<Partial<Record<N, string>>> {
  const { GetParametersCommand, SSMClient } = await import('@aws-sdk/client-ssm');
  const { Parameters = [] } = await new SSMClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
  }).send(new GetParametersCommand({ Names: names.map((name) => path + parameterNames[name]), WithDecryption: true }));
  const found: Partial<Record<N, string>> = {};
  for (const name of names) {
    const value = Parameters.find((parameter) => parameter.Name === path + parameterNames[name])?.Value;
    if (value) found[name] = value;
  }
  return found;
}
