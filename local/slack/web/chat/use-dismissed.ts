import { useState } from 'react';
import type { PageMessage } from '../../page-api.ts';

const nameOf = ({ channel, ts }: PageMessage) => `${channel}/${ts}`;

/** Ephemeral messages that this person put away; they stay away when the page is loaded again. */
export function useDismissed(user: string): {
  isDismissed: (message: PageMessage) => boolean;
  dismiss: (message: PageMessage) => void;
} {
  const storageName = `dismissed-${user}`;
  const [dismissed, setDismissed] = useState<string[]>(() => sessionStorage.getItem(storageName)?.split(' ') ?? []);
  return {
    isDismissed: (message) => dismissed.includes(nameOf(message)),
    dismiss(message) {
      const next = [...dismissed, nameOf(message)];
      sessionStorage.setItem(storageName, next.join(' '));
      setDismissed(next);
    },
  };
}
