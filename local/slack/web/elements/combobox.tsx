import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { Popup } from './popup.tsx';

export interface Choice {
  key: string;
  label: string;
  description?: string | undefined;
  icon?: ReactNode;
}

export interface ChoiceGroup {
  label?: string;
  choices: Choice[];
}

interface ComboboxProps {
  groups: ChoiceGroup[];
  chosen: Choice[];
  onChange: (chosen: Choice[]) => void;
  many: boolean;
  max?: number | undefined;
  placeholder: string;
  /** Set when the options come from elsewhere: then this page does not filter them. */
  onQuery?: (query: string) => void;
  /** What to say when there is nothing to choose. */
  empty: string;
  clearable?: boolean | undefined;
  busy?: boolean;
  labelledBy?: string | undefined;
  describedBy?: string | undefined;
  invalid?: boolean | undefined;
  data: Record<`data-${string}`, string | boolean | undefined>;
}

const matches = (choice: Choice, query: string) =>
  `${choice.label} ${choice.description ?? ''}`.toLowerCase().includes(query.trim().toLowerCase());

/** A field that opens a list of options; typing filters it. One choice, or several as chips. */
export function Combobox(props: ComboboxProps) {
  const { groups, chosen, onChange, many, max, placeholder, onQuery, empty, clearable, busy, data } = props;
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();

  const isChosen = (choice: Choice) => chosen.some(({ key }) => key === choice.key);
  const shown = groups
    .map((group) => ({
      ...group,
      choices: group.choices.filter((choice) => onQuery !== undefined || matches(choice, query)),
    }))
    .filter(({ choices }) => choices.length > 0);
  const flat = shown.flatMap(({ choices }) => choices);
  const full = many && max !== undefined && chosen.length >= max;

  const ask = (words: string) => {
    setQuery(words);
    setActive(0);
    onQuery?.(words);
  };
  const show = () => {
    if (!open) ask('');
    setOpen(true);
  };
  const close = () => {
    setOpen(false);
    setQuery('');
  };
  const pick = (choice: Choice) => {
    if (!many) {
      close();
      onChange([choice]);
    } else if (isChosen(choice)) {
      onChange(chosen.filter(({ key }) => key !== choice.key));
    } else if (!full) {
      onChange([...chosen, choice]);
      ask('');
    }
  };

  const press = (event: KeyboardEvent) => {
    const { key } = event;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      event.preventDefault();
      if (!open) return show();
      const step = key === 'ArrowDown' ? 1 : -1;
      const next = (active + step + flat.length) % Math.max(flat.length, 1);
      setActive(next);
      document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: 'nearest' });
    } else if (key === 'Enter' && open) {
      event.preventDefault();
      const choice = flat[active];
      if (choice) pick(choice);
    } else if (key === 'Escape' && open) {
      // Esc closes the list first; only the next one closes the dialog around it.
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (key === 'Backspace' && query === '' && many && chosen.length > 0) {
      onChange(chosen.slice(0, -1));
    }
  };

  const single = many ? undefined : chosen[0];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a click beside the words is a click on the input inside
    // biome-ignore lint/a11y/useKeyWithClickEvents: the input inside has the keys
    <div
      ref={box}
      className={`field combobox${open ? ' open' : ''}`}
      aria-busy={busy}
      onClick={() => input.current?.focus()}
    >
      {many &&
        chosen.map((choice) => (
          <span key={choice.key} className="chip">
            {choice.icon}
            {choice.label}
            <button
              type="button"
              aria-label={`Remove ${choice.label}`}
              onClick={() => onChange(chosen.filter((one) => one !== choice))}
            >
              ×
            </button>
          </span>
        ))}
      {single?.icon && !open && single.icon}
      <input
        ref={input}
        type="text"
        role="combobox"
        autoComplete="off"
        spellCheck={false}
        aria-expanded={open}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={open && flat.length > 0 ? `${listId}-${active}` : undefined}
        aria-labelledby={props.labelledBy}
        aria-label={props.labelledBy ? undefined : placeholder}
        aria-describedby={props.describedBy}
        aria-invalid={props.invalid || undefined}
        placeholder={single?.label ?? (chosen.length > 0 ? '' : placeholder)}
        value={open ? query : (single?.label ?? '')}
        {...data}
        onChange={({ currentTarget }) => {
          setOpen(true);
          ask(currentTarget.value);
        }}
        onClick={show}
        onKeyDown={press}
        onBlur={({ relatedTarget }) => {
          if (!(relatedTarget instanceof Node && box.current?.contains(relatedTarget))) close();
        }}
      />
      {clearable && single && (
        <button type="button" className="clear" aria-label="Clear" onClick={() => onChange([])}>
          ×
        </button>
      )}
      {busy ? <span className="spinner" aria-hidden="true" /> : <span className="chevron" aria-hidden="true" />}
      {open && (
        <Popup anchor={box} onClose={close} wide className="options">
          {/* The focus stays in the input while the pointer chooses. */}
          <div
            role="listbox"
            id={listId}
            tabIndex={-1}
            aria-multiselectable={many || undefined}
            onMouseDown={(event) => event.preventDefault()}
          >
            {flat.length === 0 && <div className="options-empty">{busy ? 'Looking…' : empty}</div>}
            {full && <div className="options-empty">At most {max} can be chosen.</div>}
            {shown.map((group) => (
              // biome-ignore lint/a11y/useSemanticElements: a listbox groups its options by role
              <div key={group.label ?? ''} role="group" aria-label={group.label}>
                {group.label && <div className="menu-heading">{group.label}</div>}
                {group.choices.map((choice) => (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the input has the keys, as the combobox pattern asks
                  <div
                    key={choice.key}
                    id={`${listId}-${flat.indexOf(choice)}`}
                    role="option"
                    tabIndex={-1}
                    aria-selected={isChosen(choice)}
                    data-value={choice.key}
                    className={flat.indexOf(choice) === active ? 'option active' : 'option'}
                    onMouseEnter={() => setActive(flat.indexOf(choice))}
                    onClick={(event) => {
                      event.stopPropagation();
                      pick(choice);
                    }}
                  >
                    {choice.icon}
                    <span className="menu-words">
                      <span>{choice.label}</span>
                      {choice.description && <small>{choice.description}</small>}
                    </span>
                    {isChosen(choice) && <span aria-hidden="true">✓</span>}
                  </div>
                ))}
              </div>
            ))}
          </div>
        </Popup>
      )}
    </div>
  );
}
