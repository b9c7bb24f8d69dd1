import { useEffect, useId, useRef } from 'react';
import type { PageView } from '../../page-api.ts';
import { send } from '../wire.ts';
import { useView } from '../workspace-context.ts';
import { Dialog } from './dialog.tsx';
import { ModalForm } from './modal-form.tsx';

/** The stack of modals: only the top one is seen, those below keep what was typed. */
export function Modals() {
  const { page, change } = useView();
  const title = useId();
  const stack = page.modals;
  const top = stack.at(-1);
  const body = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (top === undefined) return;
    const form = body.current?.querySelector<HTMLElement>(`[data-view-id="${CSS.escape(top.id)}"]`);
    const first =
      form?.querySelector<HTMLElement>('[data-focus]') ??
      form?.querySelector<HTMLElement>('input, textarea') ??
      form?.querySelector<HTMLElement>('.modal-close');
    first?.focus();
  }, [top?.id, top]);

  if (top === undefined) return null;

  const close = (cleared: boolean) => {
    const left: PageView[] = cleared ? [] : stack.slice(0, -1);
    change((now) => ({ ...now, page: { ...now.page, modals: left } }));
    send('close', { user: page.user.id, viewId: top.id, cleared });
  };

  return (
    <Dialog className="modal" labelledBy={title} testId="modal" onDismiss={() => close(false)}>
      <div ref={body} className="modal-stack">
        {stack.map((one) => (
          <ModalForm
            key={one.id}
            view={one}
            titleId={one === top ? title : undefined}
            hidden={one !== top}
            pushed={stack.indexOf(one) > 0}
            onClose={close}
          />
        ))}
      </div>
    </Dialog>
  );
}
