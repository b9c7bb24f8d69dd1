import { describe, expect, it } from 'vitest';
import { memoryStores } from '../../../lib/adapters/memory/stores.ts';
import { justSaidMs, mayApprove, mayDo, mightDo, roleMemoryMs } from '../../../lib/recovery/may-do.ts';

const start = Date.parse('2026-05-04T10:00:00.000Z');

/** `@sre` has these members until they are changed; `asked` counts how often Slack was. */
function directory(members: string[] | undefined) {
  const { roles } = memoryStores();
  const state = { members, asked: 0, at: start };
  const ports = {
    roles,
    now: () => new Date(state.at),
    askRole: async () => {
      state.asked++;
      return state.members;
    },
  };
  return { roles, state, ports, withoutSlack: { roles, now: ports.now } };
}
const ask = (by: string, level: 3 | 4 = 3) => ({ who: ['@sre'], by, level });

describe('who may do what policy gives to a few', () => {
  it('is everybody when nobody is named, and whoever is named without a question', async () => {
    const { ports, state } = directory(undefined);
    expect(await mayDo(ports, { who: [], by: 'U0ADA', level: 5 })).toBe('yes');
    expect(await mayDo(ports, { who: ['U0ADA1', '@sre'], by: 'U0ADA1', level: 5 })).toBe('yes');
    expect(await mayDo(ports, { who: ['U0ADA1'], by: 'U0BOB1', level: 5 })).toBe('no');
    expect(state.asked).toBe(0);
  });

  it('is who belongs to a named group, remembered for ten minutes', async () => {
    const { ports, state } = directory(['U0ADA']);
    expect([await mayDo(ports, ask('U0ADA')), await mayDo(ports, ask('U0BOB'))]).toEqual(['yes', 'no']);
    expect(state.asked).toBe(1);
    state.members = ['U0BOB'];
    state.at += roleMemoryMs;
    expect([await mayDo(ports, ask('U0ADA')), await mayDo(ports, ask('U0BOB'))]).toEqual(['no', 'yes']);
    expect(state.asked).toBe(2);
  });

  // Guards against a crowd of clicks that runs into Slack's limit, and is told that nobody knows who they are.
  it('is asked of Slack itself from level 4 on, once in 20 seconds', async () => {
    const { ports, state } = directory(['U0ADA']);
    for (let click = 0; click < 30; click++) expect(await mayDo(ports, ask('U0ADA', 4))).toBe('yes');
    expect(state.asked).toBe(1);
    state.members = [];
    state.at += justSaidMs;
    expect(await mayDo(ports, ask('U0ADA', 4))).toBe('no');
    expect(state.asked).toBe(2);
  });

  it('is, to approve where nobody is named, a full member and no guest', async () => {
    const { ports } = directory(undefined);
    const kinds: Record<string, 'full' | 'guest'> = { U0ADA: 'full', U0GUEST: 'guest' };
    const asking = { ...ports, askMember: async (user: string) => kinds[user] };
    const approve = (by: string, who: string[] = []) => mayApprove(asking, { who, by, level: 3 });
    expect([await approve('U0ADA'), await approve('U0GUEST'), await approve('U0SILENT')]).toEqual([
      'yes',
      'no',
      'unknown',
    ]);
    expect(await approve('U0GUEST', ['U0GUEST'])).toBe('yes');
  });

  it('is not known, which is a no, when Slack does not answer and what is remembered is old', async () => {
    const { ports, state } = directory(['U0ADA']);
    await mayDo(ports, ask('U0ADA'));
    state.members = undefined;
    state.at += justSaidMs;
    expect(await mayDo(ports, ask('U0ADA'))).toBe('yes');
    expect(await mayDo(ports, ask('U0ADA', 4))).toBe('unknown');
    state.at += roleMemoryMs;
    expect(await mayDo(ports, ask('U0ADA'))).toBe('unknown');
  });

  it('is asked again of the memory before anything is touched: as of the click, or later', async () => {
    const { roles, ports, state, withoutSlack } = directory(['U0ADA']);
    const who = ['@sre'];
    const click = (at: number) => ({ who, by: 'U0ADA', at: new Date(at).toISOString() });
    expect(await mightDo(roles, click(start))).toBe('unknown');
    await mayDo(ports, ask('U0ADA', 4));
    expect(await mightDo(roles, click(start))).toBe('yes');
    expect(await mightDo(roles, click(start + roleMemoryMs + 1))).toBe('unknown');
    // An hour later the second approver's click asks anew, and the first is not in the group any more.
    state.members = ['U0BOB'];
    state.at += 3_600_000;
    expect(await mayDo(withoutSlack, ask('U0ADA'))).toBe('unknown');
    await mayDo(ports, ask('U0BOB', 4));
    expect(await mightDo(roles, click(start))).toBe('no');
  });
});
