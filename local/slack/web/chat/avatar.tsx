import type { PageUser } from '../../page-api.ts';

const hues = [14, 38, 96, 158, 196, 226, 268, 322];

function hueOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 9973;
  return hues[sum % hues.length] ?? 226;
}

const initials = (name: string) =>
  name
    .split(/[\s._-]+/)
    .slice(0, 2)
    .map((part) => part[0] ?? '')
    .join('')
    .toUpperCase();

/** The bowl with its golden seam. */
export function Bowl() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M5 11h22a11 12 0 0 1-22 0Z" fill="#ece6da" />
      <path d="m17 11-3 4.5 4 2-3 5" fill="none" stroke="#c8972b" strokeWidth="2" strokeLinejoin="round" />
    </svg>
  );
}

export function Avatar({ user, small = false }: { user: PageUser | undefined; small?: boolean }) {
  const className = small ? 'avatar avatar-small' : 'avatar';
  if (user?.isBot) {
    return (
      <span className={`${className} avatar-bot`} aria-hidden="true">
        <Bowl />
      </span>
    );
  }
  return (
    <span className={className} style={{ backgroundColor: `hsl(${hueOf(user?.id ?? '')} 42% 44%)` }} aria-hidden="true">
      {initials(user?.realName || user?.name || '?')}
    </span>
  );
}
