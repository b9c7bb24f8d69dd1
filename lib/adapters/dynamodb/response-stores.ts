import { PostMortem, type PostMortemStore } from '../../postmortem/post-mortem.ts';
import { PageRecord, type PageStore } from '../../response/page.ts';
import type { TurnStore } from '../../response/turns.ts';
import { absent, compare, either, update } from './expression.ts';
import { pageKey, postMortemKey, turnKey } from './keys.ts';
import type { Table } from './table.ts';
import { versionedItem } from './versioned-item.ts';

export function dynamoPostMortemStore(table: Table): PostMortemStore {
  const items = versionedItem(table, PostMortem);
  return {
    get: (failureId, episode) => items.get(postMortemKey(failureId, episode)),
    put: (postMortem) => items.put(postMortemKey(postMortem.failureId, postMortem.episode), postMortem),
  };
}

export function dynamoPageStore(table: Table): PageStore {
  const items = versionedItem(table, PageRecord);
  return {
    get: (failureId, episode) => items.get(pageKey(failureId, episode)),
    put: (record) => items.put(pageKey(record.failureId, record.episode), record),
  };
}

export function dynamoTurnStore(table: Table): TurnStore {
  return {
    async take({ name, by, at, everyMs }) {
      const key = turnKey(name);
      const free = either(absent('pk'), compare('takenBy', '=', by), compare('takenAt', '<=', at.getTime() - everyMs));
      const draft = update().when(free).set('takenBy', by).set('takenAt', at.getTime());
      draft.set('expiresAt', Math.ceil((at.getTime() + everyMs) / 1000));
      return (await table.update(key, draft)) !== undefined;
    },
  };
}
