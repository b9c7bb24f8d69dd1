import { parseDatetime } from '../datetime.ts';
import { failedValidation, wrongInput } from '../errors.ts';
import { type Payload, parsePath, valuesAt } from '../payload-path.ts';
import type { StoredPoint } from '../points/stored-point.ts';
import type { Condition } from '../wire/filter.ts';
import type { DecayParams, Expression } from '../wire/formula.ts';
import { type DecayKind, decayOf } from './decay.ts';

/** What a formula sees of one point: itself, and its score in each prefetch that found it. */
export interface Candidate {
  point: StoredPoint;
  scores: readonly (number | undefined)[];
}
type Value = (candidate: Candidate) => number;

interface Context {
  defaults: Payload;
  conditionTest: (condition: Condition) => (point: StoredPoint) => boolean;
}

/** The formula made ready: its names and constants are read once, its numbers must stay finite, as in Qdrant. */
export function compileFormula(formula: Expression, context: Context): Value {
  const value = compile(formula, context);
  return (candidate) => finite(value(candidate), 'score');
}

function compile(expression: Expression, context: Context): Value {
  const inner = (part: Expression) => compile(part, context);
  const checked = (part: Expression, name: string, apply: (x: number) => number): Value => {
    const value = inner(part);
    return (candidate) => {
      const x = value(candidate);
      return finite(apply(x), `${name}(${x})`);
    };
  };
  if (typeof expression === 'number') return () => expression;
  if (typeof expression === 'string') return variable(expression, context);
  if ('datetime' in expression) return constantDatetime(expression.datetime);
  if ('datetime_key' in expression) return datetimeVariable(expression.datetime_key, context);
  if ('mult' in expression) {
    const factors = expression.mult.map(inner);
    return (candidate) => {
      let product = 1;
      // Zero ends it: what follows is not looked at, and may be missing.
      for (const factor of factors) {
        product *= factor(candidate);
        if (product === 0) return 0;
      }
      return product;
    };
  }
  if ('sum' in expression) {
    const terms = expression.sum.map(inner);
    return (candidate) => terms.reduce((sum, term) => sum + term(candidate), 0);
  }
  if ('div' in expression) return division(expression.div, inner);
  if ('pow' in expression) {
    const [base, exponent] = [inner(expression.pow.base), inner(expression.pow.exponent)];
    return (candidate) => finite(base(candidate) ** exponent(candidate), 'pow');
  }
  if ('neg' in expression) return checked(expression.neg, 'neg', (x) => -x);
  if ('abs' in expression) return checked(expression.abs, 'abs', Math.abs);
  if ('sqrt' in expression) return checked(expression.sqrt, '√', Math.sqrt);
  if ('exp' in expression) return checked(expression.exp, 'exp', Math.exp);
  if ('log10' in expression) return checked(expression.log10, 'log10', Math.log10);
  if ('ln' in expression) return checked(expression.ln, 'ln', Math.log);
  if ('lin_decay' in expression) return decay('lin', expression.lin_decay, inner);
  if ('exp_decay' in expression) return decay('exp', expression.exp_decay, inner);
  if ('gauss_decay' in expression) return decay('gauss', expression.gauss_decay, inner);
  const test = context.conditionTest(expression.condition);
  return ({ point }) => Number(test(point));
}

function division({ left, right, by_zero_default }: DivisionParams, inner: (part: Expression) => Value): Value {
  const [numerator, denominator] = [inner(left), inner(right)];
  return (candidate) => {
    const top = numerator(candidate);
    if (top === 0) return 0;
    const bottom = denominator(candidate);
    if (bottom === 0 && typeof by_zero_default === 'number') return by_zero_default;
    return finite(top / bottom, `${top}/${bottom}`);
  };
}
type DivisionParams = Extract<Expression, { div: unknown }>['div'];

function decay(kind: DecayKind, params: DecayParams, inner: (part: Expression) => Value): Value {
  const fade = decayOf(kind, params);
  const x = inner(params.x);
  const target = inner(params.target ?? 0);
  return (candidate) => fade(x(candidate) - target(candidate));
}

const scoreName = /^\$score(?:\[(\d+)\])?$/;

function variable(name: string, { defaults }: Context): Value {
  if (name.startsWith('$')) {
    const match = scoreName.exec(name);
    if (!match) throw failedValidation(`failed to parse variable ID ${name}: Invalid reserved word: ${name}`);
    const index = Number(match[1] ?? 0);
    const fallback = defaults[`$score[${index}]`] ?? (index === 0 ? defaults.$score : undefined);
    return ({ scores }) => scores[index] ?? (typeof fallback === 'number' ? fallback : 0);
  }
  const read = payloadValue(name, defaults, 'number');
  return ({ point }) => {
    const value = read(point);
    if (typeof value === 'number') return value;
    throw wrongType(name, 'number', 'Value is not a number');
  };
}

function constantDatetime(text: string): Value {
  const seconds = parseDatetime(text);
  if (seconds === undefined)
    throw failedValidation(`failed to parse date-time ${text}: input contains invalid characters`);
  return () => seconds;
}

function datetimeVariable(name: string, { defaults }: Context): Value {
  const read = payloadValue(name, defaults, 'datetime');
  return ({ point }) => {
    const value = read(point);
    const seconds = typeof value === 'string' ? parseDatetime(value) : undefined;
    if (seconds !== undefined) return seconds;
    throw wrongType(name, 'datetime', typeof value === 'string' ? 'Value is not a date' : 'Value is not a string');
  };
}

function payloadValue(name: string, defaults: Payload, expected: string): (point: StoredPoint) => unknown {
  const path = parsePath(name);
  if (!path) throw failedValidation(`failed to parse variable ID ${name}: Invalid payload variable: ${name}`);
  return ({ payload }) => {
    const values = valuesAt(payload, path).flat();
    if (values.length === 1) return values[0];
    if (values.length > 1) return values;
    if (Object.hasOwn(defaults, name)) return defaults[name];
    throw wrongType(name, expected, 'No value found in a payload nor defaults');
  };
}

function wrongType(name: string, expected: string, description: string) {
  return wrongInput(
    `Expected ${expected} value for ${name} in the payload and/or in the formula defaults. Error: ${description}`,
  );
}

function finite(value: number, expression: string): number {
  if (Number.isFinite(value)) return value;
  throw wrongInput(`The expression ${expression} = ${value} produced a non-finite number`);
}
