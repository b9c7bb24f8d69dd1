/** Something in serverless.yml (or a file it names) that the local stack cannot follow: one line that says where and what to do. */
export class ServiceFileError extends Error {
  override readonly name = 'ServiceFileError';

  constructor(
    place: { file: string; line?: number | undefined; path?: string | undefined },
    problem: string,
    cause?: unknown,
  ) {
    const where = place.line === undefined ? place.file : `${place.file}:${place.line}`;
    super(`${where}${place.path ? ` ${place.path}` : ''}: ${problem}`, cause === undefined ? undefined : { cause });
  }
}
