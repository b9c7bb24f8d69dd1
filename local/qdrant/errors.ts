/** An answer that Qdrant gives instead of a result: its HTTP status and its own words. */
export class QdrantError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'QdrantError';
    this.status = status;
  }
}

/** The request is well formed, but does not fit the collection. */
export const wrongInput = (description: string) => new QdrantError(400, `Wrong input: ${description}`);

/** The request contradicts itself. */
export const badRequest = (description: string) => new QdrantError(400, `Bad request: ${description}`);

export const notFound = (description: string) => new QdrantError(404, `Not found: ${description}`);

export const alreadyExists = (description: string) => new QdrantError(409, `Wrong input: ${description}`);

export const collectionNotFound = (name: string) => notFound(`Collection \`${name}\` doesn't exist!`);

export const pointNotFound = (id: number | string) => notFound(`No point with id ${id} found`);

export const unknownVector = (name: string) => wrongInput(`Not existing vector name error: ${name}`);

export const sparseForDense = () => wrongInput('Conversion between sparse and regular vectors failed');

export const wrongDimension = (expected: number, received: number) =>
  wrongInput(`Vector dimension error: expected dim: ${expected}, got ${received}`);

export const failedValidation = (description: string) => wrongInput(`Validation failed: ${description}`);
