import type { ReactNode } from 'react';

/** Drawn here, so that they look the same whatever fonts a machine has. */
function Icon({ children }: { children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const HashIcon = () => (
  <Icon>
    <path d="M8 3 6 17M14 3l-2 14M3.5 7.5h14M2.5 12.5h14" />
  </Icon>
);
export const LockIcon = () => (
  <Icon>
    <path d="M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9" />
  </Icon>
);
export const ThreadIcon = () => (
  <Icon>
    <path d="M4 4h12v9H9l-4 3.5V13H4zM7 7.5h6M7 10h4" />
  </Icon>
);
export const BoltIcon = () => (
  <Icon>
    <path d="M11 2.5 4.5 11H9l-.5 6.5L15.5 9H11z" />
  </Icon>
);
export const EyeIcon = () => (
  <Icon>
    <path d="M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5z" />
    <circle cx="10" cy="10" r="2.2" />
  </Icon>
);
export const MoonIcon = () => (
  <Icon>
    <path d="M16 12A7 7 0 0 1 8 4a6.5 6.5 0 1 0 8 8z" />
  </Icon>
);
export const SunIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="3.2" />
    <path d="M10 2v2M10 16v2M2 10h2M16 10h2M4.3 4.3l1.4 1.4M14.3 14.3l1.4 1.4M4.3 15.7l1.4-1.4M14.3 5.7l1.4-1.4" />
  </Icon>
);
export const SendIcon = () => (
  <Icon>
    <path d="M3 3.5 17.5 10 3 16.5 5.5 10zM5.5 10H11" />
  </Icon>
);
export const DotsIcon = () => (
  <Icon>
    <path d="M4 10h.01M10 10h.01M16 10h.01" strokeWidth="2.6" />
  </Icon>
);
export const CloseIcon = () => (
  <Icon>
    <path d="m5 5 10 10M15 5 5 15" />
  </Icon>
);
export const MenuIcon = () => (
  <Icon>
    <path d="M3 5.5h14M3 10h14M3 14.5h14" />
  </Icon>
);
export const BackIcon = () => (
  <Icon>
    <path d="m12.5 4-6 6 6 6" />
  </Icon>
);
export const BinIcon = () => (
  <Icon>
    <path d="M4 6h12M8 6V4h4v2M5.5 6l1 11h7l1-11" />
  </Icon>
);
