import path from 'node:path';
import { localAccount, localise } from './cloudformation.ts';
import type { LambdaHostOptions } from './host.ts';
import type { FunctionDeclaration } from './service.ts';

/** Exactly what serverless.yml gives the function, what Lambda itself adds, and where the world is on this machine. */
export function environmentOf(
  declaration: FunctionDeclaration,
  options: Pick<LambdaHostOptions, 'projectDir' | 'endpoints' | 'environment' | 'secrets' | 'compileCacheDir'>,
): Record<string, string> {
  const own = Object.entries(declaration.environment).map(
    ([name, value]) => [name, localise(value, options.endpoints.sqs)] as const,
  );
  const secrets = declaration.secrets.flatMap((name) => {
    const value = options.secrets?.[name];
    return value === undefined ? [] : [[name.toUpperCase().replaceAll('-', '_'), value] as const];
  });
  return {
    PATH: process.env.PATH ?? '',
    TZ: 'UTC',
    LANG: 'en_US.UTF-8',
    AWS_REGION: localAccount.region,
    AWS_DEFAULT_REGION: localAccount.region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_LAMBDA_FUNCTION_NAME: declaration.fullName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(declaration.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${declaration.fullName}`,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    LAMBDA_TASK_ROOT: options.projectDir,
    _HANDLER: `${path.relative(options.projectDir, declaration.file).replace(/\.\w+$/, '')}.${declaration.exportName}`,
    AWS_ENDPOINT_URL_DYNAMODB: options.endpoints.dynamodb,
    AWS_ENDPOINT_URL_SQS: options.endpoints.sqs,
    ...(options.compileCacheDir ? { NODE_COMPILE_CACHE: options.compileCacheDir } : {}),
    ...Object.fromEntries(own),
    ...options.environment,
    ...Object.fromEntries(secrets),
  };
}
