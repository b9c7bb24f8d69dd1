import { z } from 'zod';
import { ConfigurationError } from './errors.ts';

/** The environment of the functions. Each reads only what it needs; serverless.yml sets the same names. */
const Url = z.url({ protocol: /^https?$/ });
export const Environment = z.object({
  TABLE_NAME: z.string().min(1),
  FAILURES_QUEUE_URL: Url.optional(),
  NOTIFY_QUEUE_URL: Url.optional(),
  LEARN_QUEUE_URL: Url.optional(),
  RECOVERY_QUEUE_URL: Url.optional(),
  /** `<prefix><runner>` is the runner's command queue. */
  COMMANDS_QUEUE_URL_PREFIX: Url.optional(),
  QDRANT_URL: Url.optional(),
  SLACK_API_URL: Url.optional(),
  KINTSUGI_POLICY: z.string().default('kintsugi.yml'),
  /** Where the secrets are in SSM Parameter Store when they are not in the environment: `/kintsugi/<stage>/`. */
  SECRETS_PATH: z
    .string()
    .regex(/^\/.+\/$/, 'must begin and end with /')
    .optional(),
});
export type Environment = z.infer<typeof Environment>;

export function readEnvironment(env: Record<string, string | undefined>): Environment {
  // serverless.yml sets an empty string for what is left out of a deployment.
  const parsed = Environment.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConfigurationError(
    `environment variable ${issue?.path.join('.')}: ${issue?.message}. Set it in serverless.yml.`,
  );
}
