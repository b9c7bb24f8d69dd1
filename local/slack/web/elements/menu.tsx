import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { Popup } from './popup.tsx';

export interface MenuItem {
  key: string;
  label: ReactNode;
  description?: ReactNode;
  icon?: ReactNode;
  current?: boolean;
  data?: Record<`data-${string}`, string>;
  choose: () => void;
}

interface MenuProps {
  label: string;
  trigger: ReactNode;
  triggerClass: string;
  triggerData?: Record<`data-${string}`, string | undefined>;
  heading?: string;
  items: MenuItem[];
  alignEnd?: boolean;
  disabled?: boolean;
}

/** A button that opens a list of things to do; arrows move, Enter chooses, Esc closes. */
export function Menu({
  label,
  trigger,
  triggerClass,
  triggerData,
  heading,
  items,
  alignEnd = false,
  disabled = false,
}: MenuProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (open) list.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };

  const move = (event: KeyboardEvent) => {
    const entries = [...(list.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    const at = entries.findIndex((entry) => entry.matches(':focus'));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === 'Tab') {
      setOpen(false);
    } else if (step) {
      event.preventDefault();
      entries.at((at + step) % entries.length)?.focus();
    }
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        className={triggerClass}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={label}
        title={label}
        disabled={disabled}
        {...triggerData}
        onClick={() => setOpen(!open)}
      >
        {trigger}
      </button>
      {open && (
        <Popup anchor={button} onClose={() => setOpen(false)} alignEnd={alignEnd} className="menu">
          <div ref={list} role="menu" aria-label={label} tabIndex={-1} onKeyDown={move}>
            {heading && <div className="menu-heading">{heading}</div>}
            {items.map(({ key, label: words, description, icon, current, data, choose }) => (
              <button
                key={key}
                type="button"
                role="menuitem"
                tabIndex={-1}
                className={current ? 'menu-item current' : 'menu-item'}
                {...data}
                onClick={() => {
                  close();
                  choose();
                }}
              >
                {icon}
                <span className="menu-words">
                  <span>{words}</span>
                  {description && <small>{description}</small>}
                </span>
              </button>
            ))}
          </div>
        </Popup>
      )}
    </>
  );
}
