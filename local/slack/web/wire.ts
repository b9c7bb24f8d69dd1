import type {
  ActionRequest,
  Answer,
  CloseRequest,
  CommandRequest,
  HomeRequest,
  MessageRequest,
  OptionsAnswer,
  OptionsRequest,
  PageState,
  ShortcutRequest,
  SubmitAnswer,
  SubmitRequest,
} from '../page-api.ts';

interface Calls {
  message: [MessageRequest, Answer];
  command: [CommandRequest, Answer];
  action: [ActionRequest, Answer];
  submit: [SubmitRequest, SubmitAnswer];
  close: [CloseRequest, Answer];
  options: [OptionsRequest, OptionsAnswer & { error?: string }];
  shortcut: [ShortcutRequest, Answer];
  home: [HomeRequest, Answer];
}

const unreachable = 'The workspace did not answer. Is it still running?';

/** What the workspace's own error codes mean to a person. */
const words: Record<string, string> = {
  view_not_found: 'This dialog is no longer open.',
  message_not_found: 'This message is gone.',
  action_not_found: 'This message has changed meanwhile. Please look at it again.',
  option_not_found: 'This choice is no longer offered.',
  channel_not_found: 'This channel is gone, or you may not see it.',
  thread_not_found: 'This message is gone, so it cannot be replied to.',
  messages_tab_disabled: 'This app takes no messages here. Use its commands and buttons.',
  internal_error: 'Something broke in the workspace. Please try again.',
};

/** Never throws: when the workspace cannot be reached the answer says so. */
export async function send<Name extends keyof Calls>(name: Name, body: Calls[Name][0]): Promise<Calls[Name][1]> {
  try {
    const response = await fetch(`/page/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer: Calls[Name][1] = await response.json();
    return answer.error === undefined ? answer : { ...answer, error: words[answer.error] ?? answer.error };
  } catch {
    return { ok: false, error: unreachable };
  }
}

/** The state as this person sees it; as somebody whom the workspace chooses when there is no such person. */
export async function loadState(user: string | undefined): Promise<PageState> {
  const response = await fetch(`/page/state${user ? `?user=${encodeURIComponent(user)}` : ''}`);
  const state: PageState | Answer = await response.json();
  if (!('ok' in state)) return state;
  if (user) return loadState(undefined);
  throw new Error(state.error ?? unreachable);
}
