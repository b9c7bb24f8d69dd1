import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { onStopSignals } from '../../runner/stop-signals.ts';

function listen() {
  const [source, said] = [new EventEmitter(), [] as string[]];
  let time = 0;
  onStopSignals(source, { stop: () => said.push('stop'), stopNow: () => said.push('now'), now: () => time });
  return {
    said,
    send(signal: string, at: number) {
      time = at;
      source.emit(signal);
    },
  };
}

it('takes two signals of one Ctrl-C for one wish to stop', () => {
  const { said, send } = listen();
  send('SIGINT', 0);
  send('SIGINT', 100);
  send('SIGTERM', 200);
  send('SIGTERM', 300);
  expect(said).not.toContain('now');
  expect(said).toContain('stop');
});

it('stops at once when the same is asked again', () => {
  const { said, send } = listen();
  send('SIGINT', 0);
  send('SIGTERM', 2000);
  expect(said).not.toContain('now');
  send('SIGINT', 3000);
  expect(said.at(-1)).toBe('now');
});
