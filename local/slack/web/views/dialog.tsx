import { type ReactNode, useEffect, useRef } from 'react';

interface DialogProps {
  className: string;
  labelledBy: string;
  testId: string;
  onDismiss: () => void;
  children: ReactNode;
}

/** The browser's own modal dialog: it keeps the focus inside, closes on Esc and gives the focus back. */
export function Dialog({ className, labelledBy, testId, onDismiss, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    dialog.showModal();
    return () => dialog.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className={`dialog ${className}`}
      aria-labelledby={labelledBy}
      data-testid={testId}
      onCancel={(event) => {
        // A dialog inside another one cancels alone.
        event.stopPropagation();
        event.preventDefault();
        onDismiss();
      }}
    >
      {children}
    </dialog>
  );
}
