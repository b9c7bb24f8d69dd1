import { hostname, userInfo } from 'node:os';
import { z } from 'zod';
import { closest } from '../../lib/closest.ts';
import { GateScope } from '../../lib/gate/gate-scope.ts';
import { gateAnswer } from '../../lib/gate/may-go-on.ts';
import { furthestMs, statedEnd } from '../../lib/pattern/stated-end.ts';
import { complexityOf } from '../../lib/work/complexity.ts';
import { WorkItemId } from '../../lib/work/work-item.ts';
import { gateExit, timeOf, verdictOf } from '../gate-words.ts';
import { hostStores } from '../host-stores.ts';
import { hostTable } from '../host-table.ts';
import { parseFlags, UsageError } from './options.ts';

const Flags = z.object({
  scope: GateScope,
  item: WorkItemId.optional(),
  json: z.boolean().default(false),
  shut: z.string().min(1).max(300).optional(),
  until: z.string().optional(),
  open: z.boolean().default(false),
  table: z.string().optional(),
  config: z.string().min(1).optional(),
});
type Flags = z.infer<typeof Flags>;
type Stores = ReturnType<typeof hostStores>;

/** `kintsugi gate C`: may work on it go on? Exit 0 go, 10 hold, 20 stop, and 1 when nobody can say. */
export async function gateCommand(given: unknown): Promise<number> {
  const flags = parseFlags(Flags, given);
  if (flags.shut !== undefined && flags.open) throw new UsageError('--shut and --open are two wishes; say one');
  if (flags.until !== undefined && flags.shut === undefined) throw new UsageError('--until goes with --shut "reason"');
  const until = flags.until === undefined ? undefined : parseUntil(flags.until);
  const stores = hostStores(await hostTable(flags, process.env));
  await warnOfStranger(stores, flags);
  if (flags.shut !== undefined) return shut(stores, flags, flags.shut, until);
  if (flags.open) return open(stores, flags);
  return ask(stores, flags);
}

async function ask({ gates, work, now }: Stores, { scope, item, json }: Flags): Promise<number> {
  const [state, stored] = await Promise.all([gates.read(), item === undefined ? undefined : work.get(item)]);
  if (item !== undefined && !stored) throw new UsageError(`there is no work item ${item}`);
  const complexity = stored && complexityOf(stored.item).score;
  const at = now();
  const answer = gateAnswer(state, { component: scope, complexity, workItemId: item }, at);
  const isCanary = answer.kind === 'go' && answer.canaryOf.every(({ canary }) => canary?.workItemId === item);
  const { kind, line } = verdictOf(scope, answer, { isCanary: item !== undefined && isCanary, now: at });
  console.log(json ? JSON.stringify({ scope, verdict: kind, line, ...answer }) : line);
  return gateExit[kind];
}

/** What kintsugi.yml does not name has a gate, too, but as a rule its name is mistyped. */
async function warnOfStranger({ gates }: Stores, { scope }: Flags): Promise<void> {
  const { registry, holders } = await gates.read();
  // Before the first change of kintsugi.yml is published, nobody here knows its names.
  if (!registry) return;
  const names = [...new Set(Object.entries(registry.dependsOn).flatMap(([name, needs]) => [name, ...needs]))];
  if (names.includes(scope) || holders.some((holder) => holder.scope === scope)) return;
  const meant = closest(scope, names);
  const hint = meant ? ` Did you mean ${meant}?` : '';
  console.error(`kintsugi: nothing of the name ${scope} is registered in kintsugi.yml.${hint}`);
}

async function shut(stores: Stores, { scope }: Flags, reason: string, until: Date | undefined): Promise<number> {
  const { shutGate } = await import('../../lib/gate/shut-gate.ts');
  const by = me();
  const outcome = await shutGate(stores, {
    scope,
    id: `hand#${by}`,
    mode: until ? 'hold' : 'stop',
    reason,
    opens: until ? 'at its time, once one item has worked' : `by hand: kintsugi gate ${scope} --open`,
    by,
    since: stores.now().toISOString(),
    ...(until && { until: until.toISOString() }),
  });
  const end = until ? ` until ${timeOf(until.toISOString())}` : '';
  console.log(outcome.kind === 'unchanged' ? `${scope} was shut already` : `shut ${scope}${end}: ${reason}`);
  return 0;
}

async function open(stores: Stores, { scope }: Flags): Promise<number> {
  const { openGate } = await import('../../lib/gate/open-gate.ts');
  const taken = await openGate(stores, { scope, by: me() });
  console.log(
    taken.length === 0 ? `${scope} was not shut` : `opened ${scope}: ${taken.map(({ reason }) => reason).join('; ')}`,
  );
  const answer = gateAnswer(await stores.gates.read(), { component: scope }, stores.now());
  const { kind, line } = verdictOf(scope, answer, { now: stores.now() });
  if (kind !== 'go') console.log(`something that it depends on is still shut: ${line}`);
  return 0;
}

/** Who is at this host. */
function me(): string {
  return `${userInfo().username}@${hostname()}`.slice(0, 80);
}

/** A time ("2026-11-23T09:00Z", "17:30", "5pm") or a while ("30m", "2 hours"), in this host's zone. */
function parseUntil(text: string): Date {
  const when = { now: new Date(), timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone };
  const end = statedEnd(`try again in ${text}`, when) ?? statedEnd(`until ${text}`, when);
  const refuse = (why: string) => new UsageError(`--until "${text}": ${why}`);
  if (!end) throw refuse('must be a time such as 17:30 or 2026-11-23T09:00:00Z, or a while such as 30m');
  if (end <= when.now)
    throw refuse(`is past: it is ${timeOf(when.now.toISOString())} now. Such as 30m counts from now`);
  if (end.getTime() - when.now.getTime() >= furthestMs) {
    throw refuse('must be less than 8 days away; without --until it stays shut until somebody opens it');
  }
  return end;
}
