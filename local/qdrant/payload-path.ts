export type Payload = Record<string, unknown>;

/** A step into a payload: a key (`a`), one element (`[3]`), or every element (`[]`). */
type Step = string | number | typeof everyElement;
export type PayloadPath = readonly [string, ...Step[]];

const everyElement: unique symbol = Symbol('[]');
const key = /(?:"([^"\\]*)"|([\p{Alphabetic}\p{N}_-]+))/uy;
const index = /\[(\d*)\]/y;

/** Reads `a.b[0]."odd key"[].c`; undefined when it is not a path. */
export function parsePath(text: string): PayloadPath | undefined {
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  const takeKey = () => {
    const match = take(key);
    return match ? (match[1] ?? match[2]) : undefined;
  };
  const first = takeKey();
  if (first === undefined) return undefined;
  const rest: Step[] = [];
  while (at < text.length) {
    const element = take(index);
    if (element) {
      rest.push(element[1] ? Number(element[1]) : everyElement);
      continue;
    }
    if (text[at] !== '.') return undefined;
    at += 1;
    const next = takeKey();
    if (next === undefined) return undefined;
    rest.push(next);
  }
  return [first, ...rest];
}

/** `a` → `a[]`, where Qdrant's nested conditions look. */
export function elementsOf(path: PayloadPath): PayloadPath {
  return path.at(-1) === everyElement ? path : [...path, everyElement];
}

export function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every value that the path reaches. */
export function valuesAt(payload: Payload, path: PayloadPath): unknown[] {
  let values: unknown[] = [payload];
  for (const step of path) {
    values = values.flatMap((value) => {
      if (typeof step === 'string') return isObject(value) && Object.hasOwn(value, step) ? [value[step]] : [];
      if (!Array.isArray(value)) return [];
      if (typeof step === 'number') return step < value.length ? [value[step]] : [];
      return value;
    });
  }
  return values;
}

/** Lays `patch` over the object at the path (at the root without one): null removes a key, as Qdrant does. */
export function setAt(payload: Payload, path: PayloadPath | undefined, patch: Payload): Payload {
  return path ? (setStep(payload, path, patch) as Payload) : merged(payload, patch);
}

function setStep(value: unknown, [step, ...rest]: readonly Step[], patch: Payload): unknown {
  if (step === undefined) return merged(isObject(value) ? value : {}, patch);
  if (typeof step === 'string') {
    const object = isObject(value) ? value : {};
    return { ...object, [step]: setStep(Object.hasOwn(object, step) ? object[step] : null, rest, patch) };
  }
  if (!Array.isArray(value)) return [];
  return value.map((element, at) => (step === everyElement || step === at ? setStep(element, rest, patch) : element));
}

function merged(payload: Payload, patch: Payload): Payload {
  return Object.fromEntries(Object.entries({ ...payload, ...patch }).filter(([name]) => patch[name] !== null));
}

/** The payload without what the path names. One element of a list cannot be removed: it would not be idempotent. */
export function removeAt(payload: Payload, path: PayloadPath): Payload {
  return removeStep(payload, path) as Payload;
}

function removeStep(value: unknown, [step, ...rest]: readonly Step[]): unknown {
  if (typeof step === 'string') {
    if (!isObject(value) || !Object.hasOwn(value, step)) return value;
    const { [step]: inner, ...others } = value;
    return rest.length === 0 ? others : { ...value, [step]: removeStep(inner, rest) };
  }
  if (!Array.isArray(value)) return value;
  if (rest.length === 0) return step === everyElement ? [] : value;
  return value.map((element, at) => (step === everyElement || step === at ? removeStep(element, rest) : element));
}

/** Only what lies on the way to, at, or under one of the paths. */
export function includePaths(payload: Payload, paths: readonly PayloadPath[]): Payload {
  return filterPayload(payload, (at) =>
    paths.some((path) => at.every((step, i) => i >= path.length || step === path[i])),
  );
}

/** All but what lies at or under one of the paths. */
export function excludePaths(payload: Payload, paths: readonly PayloadPath[]): Payload {
  return filterPayload(payload, (at) => !paths.some((path) => path.every((step, i) => step === at[i])));
}

function filterPayload(payload: Payload, keep: (at: readonly Step[]) => boolean): Payload {
  const visit = (value: unknown, at: readonly Step[]): unknown => {
    if (Array.isArray(value)) {
      const under: Step[] = [...at, everyElement];
      return value.filter(() => keep(under)).map((element) => visit(element, under));
    }
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, inner]) => {
        const under: Step[] = [...at, name];
        return keep(under) ? [[name, visit(inner, under)]] : [];
      }),
    );
  };
  return visit(payload, []) as Payload;
}
