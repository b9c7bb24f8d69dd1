import type { PostMortemStore } from '../../postmortem/post-mortem.ts';
import type { PageStore } from '../../response/page.ts';
import type { TurnStore } from '../../response/turns.ts';
import { copy, memoryWorld } from './world.ts';

export const memoryPostMortemStore = (world = memoryWorld()): PostMortemStore => versioned(world.postMortems);
export const memoryPageStore = (world = memoryWorld()): PageStore => versioned(world.pages);

export function memoryTurnStore(): TurnStore {
  const turns = new Map<string, { by: string; at: number }>();
  return {
    async take({ name, by, at, everyMs }) {
      const taken = turns.get(name);
      if (taken && taken.by !== by && taken.at > at.getTime() - everyMs) return false;
      turns.set(name, { by, at: at.getTime() });
      return true;
    },
  };
}

function versioned<T extends { failureId: string; episode: number; version: number }>(kept: Map<string, T>) {
  return {
    async get(failureId: string, episode: number): Promise<T | undefined> {
      const found = kept.get(`${failureId}#${episode}`);
      return found && copy(found);
    },
    async put(value: T): Promise<boolean> {
      const name = `${value.failureId}#${value.episode}`;
      if ((kept.get(name)?.version ?? 0) !== value.version - 1) return false;
      kept.set(name, copy(value));
      return true;
    },
  };
}
