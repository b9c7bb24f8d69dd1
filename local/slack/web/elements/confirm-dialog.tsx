import type { ConfirmationDialog } from '@slack/types';
import { useId } from 'react';
import { PlainText, Text } from '../text/mrkdwn-view.tsx';
import { Dialog } from '../views/dialog.tsx';

export function ConfirmDialog({ dialog, onAnswer }: { dialog: ConfirmationDialog; onAnswer: (yes: boolean) => void }) {
  const title = useId();
  return (
    <Dialog className="confirm" labelledBy={title} testId="confirm" onDismiss={() => onAnswer(false)}>
      <h2 id={title}>{dialog.title ? <PlainText text={dialog.title.text} /> : 'Are you sure?'}</h2>
      <div className="confirm-text">
        <Text of={dialog.text} />
      </div>
      <div className="dialog-actions">
        <button type="button" className="button" data-testid="confirm-no" onClick={() => onAnswer(false)}>
          {dialog.deny?.text ?? 'Cancel'}
        </button>
        <button
          type="button"
          className={`button ${dialog.style === 'danger' ? 'button-danger' : 'button-primary'}`}
          data-testid="confirm-yes"
          onClick={() => onAnswer(true)}
        >
          {dialog.confirm?.text ?? 'Yes'}
        </button>
      </div>
    </Dialog>
  );
}
