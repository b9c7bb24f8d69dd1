import { z } from 'zod';

/** A fault is named by what it hits: a Web API method, `response_url`, or a kind of delivery to the app. */
export const Fault = z.discriminatedUnion('kind', [
  /** Answers 429 with Retry-After. */
  z.strictObject({
    kind: z.literal('rate_limited'),
    method: z.string(),
    retryAfterSeconds: z.int().min(1).default(1),
    times: z.int().min(1).optional(),
  }),
  /** Answers with this HTTP status and does nothing. */
  z.strictObject({
    kind: z.literal('http_error'),
    method: z.string(),
    status: z.int().min(500).max(599).default(503),
    times: z.int().min(1).optional(),
  }),
  /** Never answers, and does nothing. */
  z.strictObject({ kind: z.literal('hang'), method: z.string(), times: z.int().min(1).optional() }),
  /** Does what was asked, and drops the connection instead of answering. */
  z.strictObject({ kind: z.literal('lost_answer'), method: z.string(), times: z.int().min(1).optional() }),
  /** Refuses the token. */
  z.strictObject({ kind: z.literal('invalid_auth'), method: z.string(), times: z.int().min(1).optional() }),
  /** Answers ok:false with this error. */
  z.strictObject({
    kind: z.literal('platform_error'),
    method: z.string(),
    error: z.string(),
    times: z.int().min(1).optional(),
  }),
  /** Answers this much later. */
  z.strictObject({
    kind: z.literal('slow'),
    method: z.string(),
    milliseconds: z.int().min(1).max(60_000),
    times: z.int().min(1).optional(),
  }),
  /** Sends the same request to the app a second time. */
  z.strictObject({
    kind: z.literal('delivered_twice'),
    delivery: z.enum(['event', 'interaction', 'command']).default('event'),
    times: z.int().min(1).optional(),
  }),
]);
export type Fault = z.output<typeof Fault>;
export type FaultRequest = z.input<typeof Fault>;
export type MethodFault = Extract<Fault, { method: string }>;
export type Delivery = 'event' | 'interaction' | 'command';

export interface Faults {
  /** Switches a fault on, for ever or for `times` uses; `method: '*'` hits every method. */
  add(fault: FaultRequest): { id: string };
  remove(id: string): boolean;
  clear(): void;
  list(): (Fault & { id: string })[];
  /** The fault that hits this call, counted as used. */
  take(method: string): MethodFault | undefined;
  takeDelivery(delivery: Delivery): boolean;
}

export function createFaults(): Faults {
  const active = new Map<string, Fault>();
  let made = 0;

  const use = <T extends Fault>(matches: (fault: Fault) => fault is T): T | undefined => {
    for (const [id, fault] of active) {
      if (!matches(fault)) continue;
      if (fault.times !== undefined) {
        if (fault.times === 1) active.delete(id);
        else active.set(id, { ...fault, times: fault.times - 1 });
      }
      return fault;
    }
    return undefined;
  };

  return {
    add(fault) {
      const id = `fault-${++made}`;
      active.set(id, Fault.parse(fault));
      return { id };
    },
    remove: (id) => active.delete(id),
    clear: () => active.clear(),
    list: () => [...active].map(([id, fault]) => ({ id, ...fault })),
    take: (method) =>
      use((fault): fault is MethodFault => 'method' in fault && (fault.method === method || fault.method === '*')),
    takeDelivery: (delivery) =>
      use(
        (fault): fault is Extract<Fault, { kind: 'delivered_twice' }> =>
          fault.kind === 'delivered_twice' && fault.delivery === delivery,
      ) !== undefined,
  };
}
