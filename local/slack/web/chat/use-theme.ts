import { useEffect, useState } from 'react';

type Theme = 'light' | 'dark';

const system = () => matchMedia('(prefers-color-scheme: dark)');

/** Follows the system until the person chooses; the choice is remembered. */
export function useTheme(): { theme: Theme; toggle: () => void } {
  const [chosen, setChosen] = useState<Theme | null>(() => {
    const kept = localStorage.getItem('theme');
    return kept === 'light' || kept === 'dark' ? kept : null;
  });
  const [dark, setDark] = useState(() => system().matches);
  useEffect(() => {
    const query = system();
    const follow = () => setDark(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  const theme = chosen ?? (dark ? 'dark' : 'light');
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const toggle = () => {
    const next = theme === 'dark' ? 'light' : 'dark';
    localStorage.setItem('theme', next);
    setChosen(next);
  };
  return { theme, toggle };
}
