import type { ConfirmationDialog } from '@slack/types';
import { createContext, type ReactNode, use, useMemo, useState } from 'react';
import type { ActionRequest, Json } from '../../page-api.ts';
import { send } from '../wire.ts';
import { anySurface, markKey, messageSurface, withMark } from '../workspace.ts';
import { useView } from '../workspace-context.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import type { ElementValue, PageBlock, StateValues } from './element-types.ts';
import { stateValues } from './state-values.ts';

/** The message, modal or Home in which an element stands: holds its value and carries its clicks to the app. */
export interface Surface {
  on: ActionRequest['on'];
  values: StateValues;
  errors: Record<string, string>;
  isPending: (blockId: string, actionId: string) => boolean;
  markOf: (blockId: string, actionId: string) => string | undefined;
  fill: (blockId: string, actionId: string, value: ElementValue) => void;
  /** Sends the element's own part of a block_actions payload. */
  act: (blockId: string, actionId: string, action: Json, value?: ElementValue) => Promise<void>;
  /** Resolves to what the person answered; at once when nothing needs confirming. */
  confirm: (dialog: ConfirmationDialog | undefined) => Promise<boolean>;
}

const SurfaceContext = createContext<Surface | undefined>(undefined);

export function useSurface(): Surface {
  const surface = use(SurfaceContext);
  if (surface === undefined) throw new Error('An element needs a SurfaceProvider around it.');
  return surface;
}

export const surfaceKey = (on: ActionRequest['on']): string =>
  on.type === 'message' ? messageSurface(on.channel, on.ts) : on.type === 'view' ? on.viewId : 'home';

interface Asking {
  dialog: ConfirmationDialog;
  answer: (yes: boolean) => void;
}

interface SurfaceProps {
  on: ActionRequest['on'];
  blocks: PageBlock[];
  typed: StateValues;
  onType: (change: (typed: StateValues) => StateValues) => void;
  errors?: Record<string, string>;
  children: ReactNode;
}

export function SurfaceProvider({ on, blocks, typed, onType, errors = {}, children }: SurfaceProps) {
  const { page, workspace, change } = useView();
  const [pending, setPending] = useState<string[]>([]);
  const [asking, setAsking] = useState<Asking>();
  const values = useMemo(() => stateValues(blocks, typed), [blocks, typed]);
  const key = (blockId: string, actionId: string) => markKey(surfaceKey(on), blockId, actionId);

  const fill: Surface['fill'] = (blockId, actionId, value) =>
    onType((before) => ({ ...before, [blockId]: { ...before[blockId], [actionId]: value } }));

  const surface: Surface = {
    on,
    values,
    errors,
    fill,
    isPending: (blockId, actionId) => pending.includes(key(blockId, actionId)),
    markOf: (blockId, actionId) =>
      workspace.marks[key(blockId, actionId)] ??
      (on.type === 'message' ? undefined : workspace.marks[markKey(anySurface, blockId, actionId)]),
    async act(blockId, actionId, action, value) {
      const name = key(blockId, actionId);
      if (value) fill(blockId, actionId, value);
      const state = value ? { ...values, [blockId]: { ...values[blockId], [actionId]: value } } : values;
      setPending((before) => [...before, name]);
      change((now) => withMark(withMark(now, name, undefined), markKey(anySurface, blockId, actionId), undefined));
      const answer = await send('action', { user: page.user.id, on, blockId, actionId, action, state });
      setPending((before) => before.toSpliced(before.indexOf(name), 1));
      if (!answer.ok) change((now) => withMark(now, name, answer.error ?? 'The app did not answer. Please try again.'));
    },
    confirm: (dialog) =>
      dialog === undefined ? Promise.resolve(true) : new Promise((resolve) => setAsking({ dialog, answer: resolve })),
  };

  return (
    <SurfaceContext value={surface}>
      {children}
      {asking && (
        <ConfirmDialog
          dialog={asking.dialog}
          onAnswer={(yes) => {
            setAsking(undefined);
            asking.answer(yes);
          }}
        />
      )}
    </SurfaceContext>
  );
}
