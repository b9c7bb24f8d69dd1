import type { Schemas } from '@qdrant/js-client-rest';
import * as z from 'zod';
import { Condition } from './filter.ts';
import { maybe, PathText } from './scalars.ts';

export interface DecayParams {
  x: Expression;
  target?: Expression | null;
  scale?: number | null;
  midpoint?: number | null;
}

/** A formula over prefetched scores (`$score`, `$score[1]`) and payload values (`a.b`). */
export type Expression =
  | number
  | string
  | { datetime: string }
  | { datetime_key: string }
  | { mult: Expression[] }
  | { sum: Expression[] }
  | { neg: Expression }
  | { abs: Expression }
  | { div: { left: Expression; right: Expression; by_zero_default?: number | null } }
  | { sqrt: Expression }
  | { pow: { base: Expression; exponent: Expression } }
  | { exp: Expression }
  | { log10: Expression }
  | { ln: Expression }
  | { lin_decay: DecayParams }
  | { exp_decay: DecayParams }
  | { gauss_decay: DecayParams }
  | { condition: Condition };

const Decay = z.lazy(() =>
  z.object({ x: Expression, target: maybe(Expression), scale: maybe(z.number()), midpoint: maybe(z.number()) }),
);

export const Expression: z.ZodType<Expression, Schemas['Expression']> = z.lazy(() =>
  z.union(
    [
      z.number(),
      z.string(),
      z.object({ datetime: z.string() }),
      z.object({ datetime_key: PathText }),
      z.object({ mult: z.array(Expression) }),
      z.object({ sum: z.array(Expression) }),
      z.object({ neg: Expression }),
      z.object({ abs: Expression }),
      z.object({ div: z.object({ left: Expression, right: Expression, by_zero_default: maybe(z.number()) }) }),
      z.object({ sqrt: Expression }),
      z.object({ pow: z.object({ base: Expression, exponent: Expression }) }),
      z.object({ exp: Expression }),
      z.object({ log10: Expression }),
      z.object({ ln: Expression }),
      z.object({ lin_decay: Decay }),
      z.object({ exp_decay: Decay }),
      z.object({ gauss_decay: Decay }),
      Condition.transform((condition) => ({ condition })),
    ],
    { error: 'data did not match any variant of untagged enum Expression' },
  ),
);
