import { createRoot } from 'react-dom/client';
import { Page } from './page.tsx';

const root = document.getElementById('page');
if (root) createRoot(root).render(<Page />);
