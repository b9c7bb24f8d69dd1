/** `KINTSUGI_RUNS=full` walks more of everything at once; the plain run meets each kind of trouble in smaller cases. */
export const isFull = process.env.KINTSUGI_RUNS === 'full';

/**
 * Plays actors step by step in an order that is chosen from outside: who goes next, who is killed right before a step,
 * whose answer is lost so that the same write is sent again. What an actor does between two steps is its own affair.
 */
export type Step = <T>(what: string, perform: () => Promise<T>) => Promise<T>;

export interface Life {
  /** How often this actor was killed or had ended before; names made from it are the same in every order. */
  run: number;
  variant: string;
  step: Step;
  /** Not killed, and not at its end. */
  isAlive(): boolean;
}

export interface Actor {
  name: string;
  /** One of them is chosen at each start. */
  variants?: string[];
  /** May it begin (again) now? Without it: once, and again whenever it was killed. */
  mayStart?(): boolean;
  live(life: Life): Promise<void>;
}

export interface Scenario {
  actors: Actor[];
  crashes: number;
  lostAnswers: number;
  /** What happens to nobody in particular, such as time passing. */
  events?: { name: string; isPossible(): boolean; happen(): void }[];
  /** Everything that what comes next depends on, actors aside; orders that lead to the same are walked once. */
  state(): unknown;
  /** As much of an answer as its actor will use; all of it, unless said. */
  view?(what: string, answer: unknown): unknown;
  /** Looked at after every step. */
  checkAlways?(): void | Promise<void>;
}

interface Stage {
  actor: Actor;
  phase: 'idle' | 'running' | 'ended';
  run: number;
  variant: string;
  seen: { what: string; answer: unknown }[];
  waiting: { what: string; proceed(times: number): void } | undefined;
}

export interface Play {
  scenario: Scenario;
  stages: Stage[];
  crashes: number;
  lostAnswers: number;
}

export function begin(scenario: Scenario): Play {
  const stages = scenario.actors.map(
    (actor): Stage => ({ actor, phase: 'idle', run: 0, variant: '', seen: [], waiting: undefined }),
  );
  return { scenario, stages, crashes: scenario.crashes, lostAnswers: scenario.lostAnswers };
}

const isWrite = (what: string) => !/^(get|getAll|group|recordedBy|read|due|query|timeline)\b/.test(what);

export interface Option {
  name: string;
  take(): Promise<void>;
}

/** What can happen next; nothing when everybody is done. */
export function options(play: Play): Option[] {
  const found: Option[] = [];
  for (const stage of play.stages) {
    const { actor, waiting } = stage;
    const mayStart = actor.mayStart ? stage.phase !== 'running' && actor.mayStart() : stage.phase === 'idle';
    if (mayStart) {
      for (const variant of actor.variants ?? ['']) {
        found.push({ name: `${actor.name} starts ${variant}`, take: () => start(stage, variant) });
      }
    }
    if (!waiting) continue;
    found.push({ name: `${actor.name} ${waiting.what}`, take: () => proceed(stage, 1) });
    if (play.crashes > 0) {
      found.push({
        name: `${actor.name} is killed before ${waiting.what}`,
        async take() {
          play.crashes -= 1;
          Object.assign(stage, { phase: 'idle', run: stage.run + 1, seen: [], waiting: undefined });
        },
      });
    }
    if (play.lostAnswers > 0 && isWrite(waiting.what)) {
      found.push({
        name: `${actor.name} ${waiting.what}, answer lost, sent again`,
        async take() {
          play.lostAnswers -= 1;
          await proceed(stage, 2);
        },
      });
    }
  }
  for (const event of play.scenario.events ?? []) {
    if (event.isPossible()) found.push({ name: event.name, take: async () => event.happen() });
  }
  return found;
}

export function stateKey(play: Play): string {
  const { view = (_: string, answer: unknown) => answer } = play.scenario;
  const stages = play.stages.map(({ phase, run, variant, seen, waiting }) => {
    const known = seen.map(({ what, answer }) => view(what, answer));
    return [phase, run, phase === 'running' && [variant, known], waiting?.what];
  });
  return JSON.stringify([play.scenario.state(), stages, play.crashes, play.lostAnswers]);
}

const arrivals = new WeakMap<Stage, { arrived(): void; failed(error: unknown): void }>();

/** Until the actor stands before its next step, or has ended. */
function arrival(stage: Stage): Promise<void> {
  return new Promise((arrived, failed) => arrivals.set(stage, { arrived, failed }));
}

async function start(stage: Stage, variant: string): Promise<void> {
  if (stage.phase === 'ended') stage.run += 1;
  Object.assign(stage, { phase: 'running', variant, seen: [] });
  const { run } = stage;
  const step: Step = (what, perform) =>
    new Promise((resolve, reject) => {
      // Who was killed never hears of anything again.
      if (stage.run !== run) return;
      stage.waiting = {
        what,
        async proceed(times) {
          try {
            for (let again = 1; again < times; again += 1) await perform();
            const answer = await perform();
            stage.seen.push({ what, answer });
            resolve(answer);
          } catch (error) {
            stage.seen.push({ what, answer: String(error) });
            reject(error);
          }
        },
      };
      arrivals.get(stage)?.arrived();
    });
  const stopped = arrival(stage);
  const isAlive = () => stage.run === run && stage.phase === 'running';
  stage.actor.live({ run, variant, step, isAlive }).then(
    () => {
      if (stage.run === run) stage.phase = 'ended';
      arrivals.get(stage)?.arrived();
    },
    (error) => arrivals.get(stage)?.failed(error),
  );
  await stopped;
  // Nothing is written before the first step, so starting and taking it are one.
  if (stage.waiting) await proceed(stage, 1);
}

async function proceed(stage: Stage, times: number): Promise<void> {
  const { waiting } = stage;
  stage.waiting = undefined;
  const stopped = arrival(stage);
  waiting?.proceed(times);
  await stopped;
}

/** Walks every order, each state once; `finish` looks at how it ended and throws what was wrong. */
export async function walkEveryOrder(
  scenario: () => Scenario,
  finish: (scenario: Scenario) => void | Promise<void>,
): Promise<{ states: number; finals: number }> {
  const visited = new Set<string>();
  const prefixes: number[][] = [[]];
  let finals = 0;
  for (let prefix = prefixes.pop(); prefix; prefix = prefixes.pop()) {
    const play = begin(scenario());
    const path: number[] = [];
    const names: string[] = [];
    try {
      for (;;) {
        const next = options(play);
        if (path.length >= prefix.length) {
          const key = stateKey(play);
          if (visited.has(key)) break;
          visited.add(key);
          for (let other = 1; other < next.length; other += 1) prefixes.push([...path, other]);
        }
        const chosen = prefix[path.length] ?? 0;
        const option = next[chosen];
        if (!option) {
          finals += 1;
          await finish(play.scenario);
          break;
        }
        path.push(chosen);
        names.push(option.name);
        await option.take();
        await play.scenario.checkAlways?.();
      }
    } catch (error) {
      throw new Error(`${String(error)}\nafter: ${names.join(' | ')}`, { cause: error });
    }
  }
  return { states: visited.size, finals };
}

/** Walks one order, drawn with `pick` (a number below the one given). */
export async function walkOneOrder(scenario: Scenario, pick: (below: number) => number): Promise<string[]> {
  const play = begin(scenario);
  const names: string[] = [];
  for (;;) {
    const next = options(play);
    const option = next[pick(next.length)];
    if (!option) return names;
    names.push(option.name);
    try {
      await option.take();
      await scenario.checkAlways?.();
    } catch (error) {
      throw new Error(`${String(error)}\nafter: ${names.join(' | ')}`, { cause: error });
    }
  }
}

/** The same port, one step a call. */
export function stepwise<T extends object>(store: T, step: Step): T {
  const verbs = Object.entries(store).map(([verb, call]) => [
    verb,
    typeof call === 'function' ? (...given: unknown[]) => step(verb, () => call(...given)) : call,
  ]);
  return Object.fromEntries(verbs);
}
