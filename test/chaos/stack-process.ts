/** The local stack as a process that a test can kill, on the test's clock. Usage: node stack-process.ts DATA */
import { startLocalStack } from '../../local/stack.ts';
import { clockEnvironment } from './moving-time.ts';

const [, , dataDir = ''] = process.argv;
await startLocalStack({ port: 0, dataDir, host: { schedules: false, environment: clockEnvironment } });
console.log('Ctrl-C stops it.');
