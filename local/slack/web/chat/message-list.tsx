import { useEffect, useLayoutEffect, useRef } from 'react';
import type { PageMessage } from '../../page-api.ts';
import { dayName, timeOf } from '../text/slack-date.ts';
import { useView } from '../workspace-context.ts';
import { Message } from './message.tsx';

const groupSeconds = 300;

const isCard = (message: PageMessage) => (message.blocks?.length ?? 0) > 0;

/** A run of messages by one person shows the name once; in a channel a card always stands for itself. */
function isGrouped(message: PageMessage, before: PageMessage | undefined, inThread: boolean): boolean {
  if (before === undefined || before.user !== message.user || message.ephemeralTo !== before.ephemeralTo) return false;
  if (!inThread && (isCard(before) || isCard(message))) return false;
  return (
    Number(message.ts) - Number(before.ts) < groupSeconds &&
    timeOf(message.ts).getDate() === timeOf(before.ts).getDate()
  );
}

interface ListProps {
  messages: PageMessage[];
  /** Ts of a message to bring into view, from a permalink. */
  target: string | undefined;
  inThread?: boolean;
  onDismiss: (message: PageMessage) => void;
}

/** Oldest first; stays at the newest message while the reader is at the end. */
export function MessageList({ messages, target, inThread = false, onDismiss }: ListProps) {
  const me = useView().page.user.id;
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);

  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null || content.current === null) return;
    const keep = () => {
      if (atEnd.current) box.scrollTop = box.scrollHeight;
    };
    keep();
    // A card that grows when it is edited, or a picture that arrives late, keeps the end in view too.
    const watch = new ResizeObserver(keep);
    watch.observe(content.current);
    watch.observe(box);
    return () => watch.disconnect();
  }, []);

  useEffect(() => {
    if (target === undefined) return;
    atEnd.current = false;
    scroller.current?.querySelector(`[data-ts="${CSS.escape(target)}"]`)?.scrollIntoView({ block: 'center' });
  }, [target]);

  // What I said, and what only I was answered, is looked for at the end, wherever I was reading.
  const newest = messages.at(-1);
  const isMine = newest !== undefined && (newest.ephemeralTo !== undefined || newest.user === me);
  const seen = useRef(newest?.ts);
  useEffect(() => {
    if (newest?.ts === seen.current) return;
    seen.current = newest?.ts;
    if (!isMine || scroller.current === null) return;
    atEnd.current = true;
    scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [newest?.ts, isMine]);

  const now = new Date();
  let day = '';
  return (
    <div
      ref={scroller}
      className="scroller"
      onScroll={({ currentTarget: box }) => {
        atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 48;
      }}
    >
      <div ref={content} className="messages" role="log" aria-label="Messages">
        {messages.map((message, place) => {
          const thisDay = dayName(timeOf(message.ts), now);
          const divider = !inThread && thisDay !== day && (
            <div className="day" key={`day-${thisDay}`}>
              <span>{thisDay}</span>
            </div>
          );
          day = thisDay;
          const grouped = !divider && !(inThread && place === 1) && isGrouped(message, messages[place - 1], inThread);
          return [
            divider,
            inThread && place === 1 && (
              <div className="day" key="replies">
                <span>{messages.length === 2 ? '1 reply' : `${messages.length - 1} replies`}</span>
              </div>
            ),
            <Message
              key={message.ts}
              message={message}
              grouped={grouped}
              inThread={inThread}
              highlighted={message.ts === target}
              onDismiss={onDismiss}
            />,
          ];
        })}
      </div>
    </div>
  );
}
