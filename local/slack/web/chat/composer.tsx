import { type KeyboardEvent, useId, useRef, useState } from 'react';
import type { PageChannel } from '../../page-api.ts';
import { Menu } from '../elements/menu.tsx';
import { BoltIcon, CloseIcon, SendIcon } from '../icons.tsx';
import { send } from '../wire.ts';
import { withNotice } from '../workspace.ts';
import { useView } from '../workspace-context.ts';
import { type Suggestion, suggestionsFor } from './suggestions.ts';

interface ComposerProps {
  channel: PageChannel;
  threadTs?: string;
}

export function Composer({ channel, threadTs }: ComposerProps) {
  const { page, workspace, change } = useView();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [active, setActive] = useState(0);
  const [hidden, setHidden] = useState(false);
  const input = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const notice = threadTs === undefined ? workspace.notices[channel.id] : undefined;
  const [threadNotice, setThreadNotice] = useState<string>();
  const problem = notice ?? threadNotice;
  const suggestions = hidden ? [] : suggestionsFor(page, text, threadTs !== undefined);

  const say = (words: string | undefined) => {
    if (threadTs === undefined) change((now) => withNotice(now, channel.id, words));
    else setThreadNotice(words);
  };

  const submit = async () => {
    const words = text.trim();
    if (words === '' || busy) return;
    const isCommand = words.startsWith('/');
    if (isCommand && threadTs !== undefined)
      return say('Slash commands do not work in threads. Type it in the channel.');
    say(undefined);
    setText('');
    setBusy(true);
    const to = { user: page.user.id, channel: channel.id };
    const answer = isCommand
      ? await send('command', { ...to, text: words })
      : await send('message', { ...to, text: words, ...(threadTs ? { threadTs } : {}) });
    setBusy(false);
    if (answer.ok) return;
    // What was typed is not lost, unless something else is being typed by now.
    setText((now) => now || words);
    say(answer.error ?? `${page.app.name} did not answer. Please try again.`);
  };

  const take = (suggestion: Suggestion) => {
    setText(suggestion.result);
    setActive(0);
    input.current?.focus();
  };

  const press = (event: KeyboardEvent) => {
    const { key } = event;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    const chosen = suggestions[active];
    if (suggestions.length > 0 && step) {
      event.preventDefault();
      setActive((active + step + suggestions.length) % suggestions.length);
    } else if (chosen && (key === 'Tab' || (key === 'Enter' && !event.shiftKey && !chosen.complete))) {
      event.preventDefault();
      take(chosen);
    } else if (key === 'Escape' && suggestions.length > 0) {
      setHidden(true);
    } else if (key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      submit();
    }
  };

  const run = async (callbackId: string) => {
    const answer = await send('shortcut', { user: page.user.id, callbackId });
    if (!answer.ok) say(answer.error ?? `${page.app.name} did not answer. Please try again.`);
  };
  const shortcuts = page.app.shortcuts.filter(({ type }) => type === 'global');
  const label = threadTs ? 'Reply…' : `Message #${channel.name}`;

  return (
    <div className="composer-area">
      {suggestions.length > 0 && (
        <div
          className="suggestions"
          role="listbox"
          id={listId}
          aria-label="Suggestions"
          tabIndex={-1}
          data-testid="suggestions"
        >
          {suggestions.map((one, place) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the text box has the keys, as the combobox pattern asks
            <div
              key={one.key}
              id={`${listId}-${place}`}
              role="option"
              tabIndex={-1}
              aria-selected={place === active}
              className={place === active ? 'option active' : 'option'}
              onMouseDown={(event) => event.preventDefault()}
              onMouseEnter={() => setActive(place)}
              onClick={() => take(one)}
            >
              <strong>{one.label}</strong>
              {one.usage && <code>{one.usage}</code>}
              <small>{one.description}</small>
            </div>
          ))}
        </div>
      )}
      <div className="composer">
        <textarea
          ref={input}
          data-testid={threadTs ? 'thread-composer' : 'composer'}
          aria-label={label}
          aria-controls={suggestions.length > 0 ? listId : undefined}
          aria-activedescendant={suggestions.length > 0 ? `${listId}-${active}` : undefined}
          placeholder={label}
          rows={1}
          value={text}
          onChange={({ currentTarget }) => {
            setText(currentTarget.value);
            setActive(0);
            setHidden(false);
          }}
          onKeyDown={press}
        />
        <div className="composer-tools">
          {shortcuts.length > 0 && threadTs === undefined && (
            <Menu
              label="Shortcuts"
              trigger={<BoltIcon />}
              triggerClass="tool"
              triggerData={{ 'data-testid': 'shortcuts' }}
              heading={page.app.name}
              items={shortcuts.map(({ name, description, callbackId }) => ({
                key: callbackId,
                label: name,
                description,
                data: { 'data-shortcut': callbackId },
                choose: () => run(callbackId),
              }))}
            />
          )}
          <span className="composer-hint">
            <kbd>Enter</kbd> sends · <kbd>Shift</kbd>+<kbd>Enter</kbd> new line · <kbd>/</kbd> commands
          </span>
          <button
            type="button"
            className="send"
            aria-label="Send"
            data-testid="send"
            disabled={text.trim() === '' || busy}
            onClick={submit}
          >
            {busy ? <span className="spinner" aria-hidden="true" /> : <SendIcon />}
          </button>
        </div>
      </div>
      <div className="composer-problem" role="alert" data-testid="composer-error">
        {problem && (
          <>
            <span>{problem}</span>
            <button type="button" aria-label="Hide this notice" onClick={() => say(undefined)}>
              <CloseIcon />
            </button>
          </>
        )}
      </div>
    </div>
  );
}
