import { createRoot } from 'react-dom/client';
import { Page } from './page.tsx';

/** Text drawn before its font is there stays a box in some places: so the emoji come first, if they come soon. */
async function emojiReady(): Promise<void> {
  const loaded = document.fonts.load('16px "Page Emoji"', '🟠✅').catch(() => undefined);
  await Promise.race([loaded, new Promise((late) => setTimeout(late, 1500))]);
}

const root = document.getElementById('page');
if (root) void emojiReady().then(() => createRoot(root).render(<Page />));
