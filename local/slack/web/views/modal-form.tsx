import type { ModalView } from '@slack/types';
import { type FormEvent, useRef, useState } from 'react';
import type { PageView } from '../../page-api.ts';
import { Blocks } from '../blocks/blocks.tsx';
import type { PageBlock, StateValues } from '../elements/element-types.ts';
import { problemsIn, stateValues } from '../elements/state-values.ts';
import { SurfaceProvider } from '../elements/surface.tsx';
import { BackIcon, CloseIcon } from '../icons.tsx';
import { send } from '../wire.ts';
import { useView } from '../workspace-context.ts';

interface FormProps {
  view: PageView;
  titleId: string | undefined;
  hidden: boolean;
  /** Stands on another modal: closing it goes back. */
  pushed: boolean;
  onClose: (cleared: boolean) => void;
}

export function ModalForm({ view, titleId, hidden, pushed, onClose }: FormProps) {
  const { page } = useView();
  const [typed, setTyped] = useState<StateValues>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  // Slack's own JSON: the server has held it against Slack's rules.
  const modal = view.view as unknown as ModalView;
  const blocks = modal.blocks as PageBlock[];

  const showErrors = (found: Record<string, string>) => {
    setErrors(found);
    const [first] = Object.keys(found);
    if (first === undefined) return;
    requestAnimationFrame(() => {
      const field = form.current?.querySelector<HTMLElement>(
        `[data-testid="input-block"][data-block-id="${CSS.escape(first)}"]`,
      );
      field?.scrollIntoView({ block: 'nearest' });
      field?.querySelector<HTMLElement>('input, textarea')?.focus();
    });
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const values = stateValues(blocks, typed);
    const found = problemsIn(blocks, values);
    setProblem(undefined);
    showErrors(found);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    const answer = await send('submit', { user: page.user.id, viewId: view.id, state: { ...values } });
    setBusy(false);
    if (answer.errors) showErrors(answer.errors);
    else if (!answer.ok) setProblem(answer.error ?? 'The app did not answer. Nothing was lost: please try again.');
  };

  // A field that was mended stops complaining at once.
  const type = (change: (before: StateValues) => StateValues) =>
    setTyped((before) => {
      const after = change(before);
      const changed = Object.keys(after).filter((blockId) => after[blockId] !== before[blockId]);
      setErrors((now) => Object.fromEntries(Object.entries(now).filter(([blockId]) => !changed.includes(blockId))));
      return after;
    });

  return (
    <form
      ref={form}
      noValidate
      hidden={hidden}
      inert={hidden}
      className="modal-form"
      data-view-id={view.id}
      data-callback-id={modal.callback_id}
      onSubmit={submit}
    >
      <header className="modal-head">
        {pushed && (
          <button
            type="button"
            className="icon-button"
            aria-label="Back"
            data-testid="modal-back"
            onClick={() => onClose(false)}
          >
            <BackIcon />
          </button>
        )}
        <h2 id={titleId}>{modal.title.text}</h2>
        <button
          type="button"
          className="icon-button modal-close"
          aria-label="Close"
          data-testid="modal-x"
          onClick={() => onClose(pushed)}
        >
          <CloseIcon />
        </button>
      </header>
      <div className="modal-body">
        {problem && (
          <div className="alert alert-error" role="alert" data-testid="modal-error">
            {problem}
          </div>
        )}
        <SurfaceProvider
          on={{ type: 'view', viewId: view.id }}
          blocks={blocks}
          typed={typed}
          onType={type}
          errors={errors}
        >
          <Blocks blocks={blocks} />
        </SurfaceProvider>
      </div>
      <footer className="modal-foot">
        <button type="button" className="button" data-testid="modal-close" onClick={() => onClose(false)}>
          {modal.close?.text ?? 'Cancel'}
        </button>
        {modal.submit && (
          <button
            type="submit"
            className="button button-primary"
            data-testid="modal-submit"
            aria-busy={busy}
            data-pending={busy || undefined}
          >
            {busy && <span className="spinner" aria-hidden="true" />}
            <span className="button-words">{modal.submit.text}</span>
          </button>
        )}
      </footer>
    </form>
  );
}
