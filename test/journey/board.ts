import { renderMessage } from '../../lib/adapters/slack/cards/render-message.ts';
import type { Board, Where } from '../../lib/response/board.ts';
import type { Content } from '../../lib/response/content.ts';

export interface Shown {
  where: Where;
  ts: string;
  token: string;
  postedAt: number;
  content: Content;
  /** As Slack would be sent it. */
  message: ReturnType<typeof renderMessage>;
}

/** Slack in memory: what is posted and edited is kept as it is shown. */
export function memoryBoard(now: () => number) {
  const messages: Shown[] = [];
  const render = (content: Content, token: string) =>
    renderMessage(content, { token, mention: 'mention' in content ? String(content.mention) : undefined });
  const board: Board = {
    async channelId(channel) {
      return { kind: 'ok', value: channel.replace('#', 'C-') };
    },
    async post(where, content, token) {
      const ts = String(messages.length + 1).padStart(6, '0');
      messages.push({ where, ts, token, postedAt: now(), content, message: render(content, token) });
      return { kind: 'ok', value: ts };
    },
    async edit({ channel, ts }, content, token) {
      const shown = messages.find(({ where, ts: at }) => where.channel === channel && at === ts);
      if (!shown) return { kind: 'gone' };
      Object.assign(shown, { content, message: render(content, token) });
      return { kind: 'ok', value: undefined };
    },
    async find(where, token, since) {
      const found = messages.filter((shown) => shown.token === token && shown.postedAt >= since);
      return {
        kind: 'ok',
        value: found.filter(({ where: { channel } }) => channel === where.channel).map(({ ts }) => ts),
      };
    },
    async remove({ channel, ts }) {
      const index = messages.findIndex((shown) => shown.where.channel === channel && shown.ts === ts);
      if (index !== -1) messages.splice(index, 1);
      return { kind: 'ok', value: undefined };
    },
    isForAll: async () => true,
    ringOf: async (mention) => mention,
    async permalink({ channel, ts }) {
      return `https://workspace.example/archives/${channel}/p${ts}`;
    },
  };
  return { board, messages };
}

/** Everything a person reads in a message, in one line. */
export function wordsOf({ message }: Shown): string {
  const words: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (value !== null && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) {
        if (key === 'text' && typeof inner === 'string') words.push(inner);
        else walk(inner);
      }
    }
  };
  walk(message.blocks);
  return words.join(' ').replace(/\s+/g, ' ');
}

export interface ShownButton {
  label: string;
  action_id: string;
  value: string;
}

export function buttonsOf({ message }: Shown): ShownButton[] {
  return message.blocks.flatMap((block) =>
    block.type !== 'actions'
      ? []
      : block.elements.flatMap((element) =>
          element.type === 'button'
            ? [{ label: element.text.text, action_id: element.action_id ?? '', value: element.value ?? '' }]
            : [],
        ),
  );
}
