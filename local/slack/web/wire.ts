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

/** Never throws: when the workspace cannot be reached the answer says so. */
export async function send<Name extends keyof Calls>(name: Name, body: Calls[Name][0]): Promise<Calls[Name][1]> {
  try {
    const response = await fetch(`/page/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return await response.json();
  } catch {
    return { ok: false, error: unreachable };
  }
}

/** The state as this person sees it; as whom the workspace chooses when there is no such person. */
export async function loadState(user: string | undefined): Promise<PageState> {
  const response = await fetch(`/page/state${user ? `?user=${encodeURIComponent(user)}` : ''}`);
  if (user && response.status >= 400 && response.status < 500) return loadState(undefined);
  if (!response.ok) throw new Error(`${unreachable} (status ${response.status})`);
  return response.json();
}
