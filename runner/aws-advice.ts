/** What the SDK says of a host that is not set up, and what to set there. */
const advice: readonly (readonly [RegExp, string])[] = [
  [
    /^Region (?:is missing|not accepted: region="")/,
    'no AWS region: set AWS_REGION, such as eu-west-1 (where the table is), or `region` in ~/.aws/config',
  ],
  [
    /^Could not load credentials/,
    'no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the host a role',
  ],
];

export function withAwsAdvice(message: string): string {
  return advice.find(([said]) => said.test(message))?.[1] ?? message;
}
