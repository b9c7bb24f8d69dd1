/** The standard variables that point a program at the local stack's SQS and table; the credentials are only formally needed. */
export function localEnvironment({
  sqsEndpoint,
  dynamodbEndpoint,
  tableName,
}: {
  sqsEndpoint: string;
  dynamodbEndpoint: string;
  tableName: string;
}): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_SQS: sqsEndpoint,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
    KINTSUGI_TABLE: tableName,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}
