import type * as z from 'zod';
import { QdrantError } from '../errors.ts';

/**
 * A request body, read by its schema. What cannot be read is answered with 400, what reads but breaks a rule with 422,
 * both in Qdrant's words. `flattened` is the name Qdrant's messages put before the fields of some requests.
 */
export function parseBody<S extends z.ZodType>(schema: S, text: string, flattened = ''): z.output<S> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    const detail = text === '' ? 'EOF while parsing a value at line 1 column 0' : (error as SyntaxError).message;
    throw new QdrantError(400, `Format error in JSON body: ${detail}`);
  }
  const parsed = readBySchema(schema, body);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.flatMap((issue) => settle(issue));
  const unreadable = issues.find((issue) => !isValidation(issue));
  if (unreadable) throw new QdrantError(400, `Format error in JSON body: ${describe(unreadable)}`);
  const broken = issues.map((issue) => `${pathText(issue.path, flattened)}: ${issue.message}`);
  throw new QdrantError(422, `Validation error in JSON body: [${broken.join('; ')}]`);
}

/** A body nested without end is refused, as Qdrant's reader does, and not run into. */
function readBySchema<S extends z.ZodType>(schema: S, body: unknown) {
  try {
    return schema.safeParse(body, { reportInput: true });
  } catch (error) {
    if (error instanceof RangeError) throw new QdrantError(400, 'Format error in JSON body: recursion limit exceeded');
    throw error;
  }
}

/**
 * Where several forms are allowed and none fits, the form that was meant: the one that could be read and only breaks a
 * rule, or else the one that failed deepest inside. When none stands out, the choice itself is what failed.
 */
function settle(issue: z.core.$ZodIssue, under: readonly PropertyKey[] = []): z.core.$ZodIssue[] {
  const path = [...under, ...issue.path];
  if (issue.code !== 'invalid_union') return [{ ...issue, path }];
  const forms = issue.errors.map((form) => form.flatMap((inner) => settle(inner, path)));
  const readable = forms.find((form) => form.length > 0 && form.every(isValidation));
  if (readable) return readable;
  // A form whose own field is missing was not the one that was meant.
  const lacksOwnField = (inner: z.core.$ZodIssue) => isMissing(inner) && inner.path.length === path.length + 1;
  const depths = forms.map((form) =>
    form.some(lacksOwnField) ? 0 : Math.max(...form.map((inner) => inner.path.length)),
  );
  const deepest = Math.max(...depths);
  const [meant, ...others] = forms.filter((_, at) => depths[at] === deepest);
  return meant && others.length === 0 && deepest > path.length ? meant : [{ ...issue, path }];
}

function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.input === undefined;
}

function isValidation(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'custom' && issue.params?.validation === true;
}

function describe(issue: z.core.$ZodIssue): string {
  const at = pathText(issue.path, '');
  if (isMissing(issue)) return `missing field \`${at}\``;
  if (issue.code === 'unrecognized_keys') return `unknown field \`${issue.keys[0]}\`${at && ` in ${at}`}`;
  return at ? `${issue.message} (at ${at})` : issue.message;
}

/** `points[0].vector.?.indices`: as Qdrant does, a vector's name is hidden behind a question mark. */
function pathText(path: readonly PropertyKey[], flattened: string): string {
  const steps = path[0] === 'searches' || flattened === '' ? path : [flattened, ...path];
  return steps.reduce<string>((text, step, at) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const name = steps[at - 1] === 'vector' ? '?' : String(step);
    return text ? `${text}.${name}` : name;
  }, '');
}
