/** What the page knows, and how each event changes it. Pure: the connection is in use-workspace.ts. */
import type { PageEvent, PageMessage, PageState } from '../page-api.ts';

export interface Workspace {
  page: PageState;
  /** Buttons that the app did not answer: {@link markKey} → words. */
  marks: Record<string, string>;
  /** What went wrong in a channel, shown under its composer. */
  notices: Record<string, string>;
}

export const markKey = (surface: string, blockId: string, actionId: string): string =>
  [surface, blockId, actionId].join('\n');
export const messageSurface = (channel: string, ts: string): string => `${channel}/${ts}`;

/** A notice about an element of a modal or Home does not say which. */
export const anySurface = 'any';

export const isReply = (message: PageMessage): boolean =>
  message.threadTs !== undefined && message.threadTs !== message.ts;

const same = (a: { channel: string; ts: string }, b: { channel: string; ts: string }) =>
  a.channel === b.channel && a.ts === b.ts;

function withMessage(messages: PageMessage[], message: PageMessage): PageMessage[] {
  const known = messages.findIndex((one) => same(one, message));
  if (known >= 0) return messages.with(known, message);
  const after = messages.findLastIndex((one) => one.ts <= message.ts);
  return messages.toSpliced(after + 1, 0, message);
}

export function startWorkspace(page: PageState): Workspace {
  return {
    page: { ...page, messages: page.messages.toSorted((a, b) => (a.ts < b.ts ? -1 : 1)) },
    marks: {},
    notices: {},
  };
}

export function applyEvent(workspace: Workspace, event: PageEvent): Workspace {
  const { page } = workspace;
  switch (event.type) {
    case 'message': {
      const { ephemeralTo } = event.message;
      if (ephemeralTo !== undefined && ephemeralTo !== page.user.id) return workspace;
      return { ...workspace, page: { ...page, messages: withMessage(page.messages, event.message) } };
    }
    case 'message_deleted':
      return { ...workspace, page: { ...page, messages: page.messages.filter((one) => !same(one, event)) } };
    case 'modals': {
      const marks = Object.entries(workspace.marks).filter(([key]) => !key.startsWith(`${anySurface}\n`));
      return { ...workspace, marks: Object.fromEntries(marks), page: { ...page, modals: event.modals } };
    }
    case 'home':
      return { ...workspace, page: { ...page, home: event.home } };
    case 'notice': {
      const { text, channel, ts, blockId = '', actionId } = event;
      if (channel !== undefined && ts !== undefined && actionId !== undefined) {
        return withMark(workspace, markKey(messageSurface(channel, ts), blockId, actionId), text);
      }
      if (channel !== undefined) return withNotice(workspace, channel, text);
      return actionId === undefined ? workspace : withMark(workspace, markKey(anySurface, blockId, actionId), text);
    }
    default:
      return event satisfies never;
  }
}

export function withMark(workspace: Workspace, key: string, text: string | undefined): Workspace {
  const { [key]: _, ...marks } = workspace.marks;
  return { ...workspace, marks: text === undefined ? marks : { ...marks, [key]: text } };
}

export function withNotice(workspace: Workspace, channel: string, text: string | undefined): Workspace {
  const { [channel]: _, ...notices } = workspace.notices;
  return { ...workspace, notices: text === undefined ? notices : { ...notices, [channel]: text } };
}
