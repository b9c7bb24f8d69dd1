// Runs before `npm start` and `npm test` on whatever Node is there (20 or later): installs what is missing, and says so.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';

const lock = 'package-lock.json';
const installed = 'node_modules/.installed-lock.json';

const isCurrent = () => existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(lock, 'utf8');

if (!isCurrent()) {
  console.log(
    existsSync('node_modules')
      ? 'The packages are out of date: installing (npm ci) …'
      : 'First run: installing the packages (npm ci) …',
  );
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('npm ci failed (see above). Mend that and run the same command again.');
    process.exit(status ?? 1);
  }
  copyFileSync(lock, installed);
}
