import type { Policy } from '../policy/policy.ts';
import type { KnownRunner } from './runner-presence.ts';

/** A runner says every minute that it is there; so many minutes without a word are no accident. */
export const quietMs = 4 * 60_000;

export interface RunnerState {
  name: string;
  /** `never`: declared, and not heard yet · `gone`: heard once, and not declared any more. */
  state: 'here' | 'quiet' | 'never' | 'gone';
  heard?: KnownRunner;
  /** How long it has said nothing. */
  quietForMs?: number;
  /** Its reports are refused until kintsugi.yml has its key. */
  hasKey: boolean;
}

/** Every runner that kintsugi.yml declares, and every one that was heard: what is wrong first. */
export function runnerStates(policy: Pick<Policy, 'runners'>, known: KnownRunner[], now: Date): RunnerState[] {
  const names = new Set([...Object.keys(policy.runners), ...known.map(({ runner }) => runner)]);
  const order: RunnerState['state'][] = ['quiet', 'never', 'here', 'gone'];
  return [...names]
    .map((name) =>
      stateOf(
        policy,
        name,
        known.find(({ runner }) => runner === name),
        now,
      ),
    )
    .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.name.localeCompare(b.name));
}

function stateOf(
  { runners }: Pick<Policy, 'runners'>,
  name: string,
  heard: KnownRunner | undefined,
  now: Date,
): RunnerState {
  const declared = Object.hasOwn(runners, name) ? runners[name] : undefined;
  const hasKey = declared?.publicKey !== undefined;
  if (!heard) return { name, state: 'never', hasKey };
  const quietForMs = Math.max(0, now.getTime() - Date.parse(heard.heardAt));
  const state = !declared ? 'gone' : quietForMs > quietMs ? 'quiet' : 'here';
  return { name, state, heard, quietForMs, hasKey };
}
