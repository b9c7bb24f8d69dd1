import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

interface PopupProps {
  anchor: RefObject<HTMLElement | null>;
  onClose: () => void;
  /** Same width as its anchor, as for a list of options. */
  wide?: boolean;
  alignEnd?: boolean;
  className?: string;
  children: ReactNode;
}

const gap = 4;

/** A layer beside its anchor: below it, or above when there is more room; closes on a click elsewhere. */
export function Popup({ anchor, onClose, wide = false, alignEnd = false, className = '', children }: PopupProps) {
  const layer = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Record<string, number | string>>({ visibility: 'hidden' });

  useLayoutEffect(() => {
    const put = () => {
      const box = anchor.current?.getBoundingClientRect();
      if (box === undefined) return;
      const below = window.innerHeight - box.bottom - 12;
      const above = box.top - 12;
      const wanted = Math.min(layer.current?.scrollHeight ?? 0, 340);
      const up = below < wanted && above > below;
      const width = Math.max(layer.current?.offsetWidth ?? 0, wide ? box.width : 0);
      const start = alignEnd ? box.right - width : box.left;
      setPlace({
        left: Math.max(8, Math.min(start, window.innerWidth - width - 8)),
        maxHeight: Math.min(340, up ? above : below),
        ...(wide ? { minWidth: box.width } : {}),
        ...(up ? { bottom: window.innerHeight - box.top + gap } : { top: box.bottom + gap }),
      });
    };
    put();
    window.addEventListener('resize', put);
    window.addEventListener('scroll', put, true);
    return () => {
      window.removeEventListener('resize', put);
      window.removeEventListener('scroll', put, true);
    };
  }, [anchor, wide, alignEnd]);

  useEffect(() => {
    const outside = (event: PointerEvent) => {
      const target = event.target instanceof Node ? event.target : null;
      if (!layer.current?.contains(target) && !anchor.current?.contains(target)) onClose();
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [anchor, onClose]);

  return (
    <div ref={layer} className={`popup ${className}`} style={place}>
      {children}
    </div>
  );
}
