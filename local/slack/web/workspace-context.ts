import { createContext, use } from 'react';
import type { PageState } from '../page-api.ts';
import type { Change } from './use-workspace.ts';
import type { Workspace } from './workspace.ts';

export interface WorkspaceView {
  page: PageState;
  workspace: Workspace;
  change: Change;
  theme: 'light' | 'dark';
  openChannel: (channel: string) => void;
  openThread: (channel: string, ts: string | undefined) => void;
  /** True when the address is a message here, which is then shown. */
  openPermalink: (address: string) => boolean;
}

export const WorkspaceContext = createContext<WorkspaceView | undefined>(undefined);

export function useView(): WorkspaceView {
  const view = use(WorkspaceContext);
  if (view === undefined) throw new Error('This part of the page needs a WorkspaceContext around it.');
  return view;
}
