import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fingerprint } from '../../lib/signal/fingerprint.ts';
import { Signal } from '../../lib/signal/signal.ts';
import { signalOfCommand } from '../../runner/signal-of-command.ts';
import { tellingLines } from '../../runner/telling-lines.ts';

const nodeTests = (ms: number, folder: string) => `✖ prices are doubled (${ms}ms)
✔ zero (0.1ms)
✖ carts add up (${ms + 1}ms)
ℹ tests 3
ℹ fail 2
ℹ duration_ms ${ms * 7}.52

✖ failing tests:

test at shop.test.mjs:2:1
✖ prices are doubled (${ms}ms)
  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:

  6 !== 4

      at TestContext.<anonymous> (file://${folder}/shop.test.mjs:2:41)
      at Test.run (node:internal/test_runner/test:1402:25) {
    code: 'ERR_ASSERTION',
  }
`;

it.each([
  [
    'node --test',
    nodeTests(3, '/srv/shop'),
    {
      type: 'AssertionError',
      message: 'Expected values to be strictly equal:\ncarts add up\nprices are doubled',
      stack: expect.stringContaining('at TestContext.<anonymous>'),
    },
  ],
  [
    'pytest',
    `FAILED tests/test_cart.py::test_total - AssertionError: 6 != 4\nTraceback (most recent call last):\n  File "/srv/cart.py", line 10, in total\n    raise ValueError("no price")\nValueError: no price for apples\n`,
    {
      type: 'ValueError',
      message: expect.stringContaining('no price for apples'),
      stack: expect.stringContaining('line 10, in total'),
    },
  ],
  [
    'a Java service',
    'Exception in thread "main" java.lang.IllegalStateException: no datasource\n\tat com.shop.Cart.total(Cart.java:42)\n\tat com.shop.Main.main(Main.java:7)\n',
    {
      type: 'java.lang.IllegalStateException',
      message: 'no datasource',
      stack: expect.stringContaining('Cart.java:42'),
    },
  ],
  [
    'rustc',
    '\u001b[31merror[E0308]\u001b[0m: mismatched types\n --> src/main.rs:2:5\n',
    { message: 'mismatched types' },
  ],
  ['go test', '--- FAIL: TestTotal (0.00s)\n    cart_test.go:10: got 6, want 4\nFAIL\n', { message: 'TestTotal' }],
  [
    'a shell script',
    'starting\ncurl: (7) Failed to connect to localhost port 80\nbye\n',
    { message: 'curl: (7) Failed to connect to localhost port 80' },
  ],
  [
    'npm around it',
    'TypeError: x is not a function\nnpm error code ELIFECYCLE\nnpm error A complete log of this run can be found in: /home/ada/x\n',
    { type: 'TypeError', message: 'x is not a function' },
  ],
  ['something that says nothing', '\n\n', {}],
  ['something that says one thing', 'done?\n', { message: 'done?' }],
])('reads what tells most from the output of %s', (_what, output, told) => {
  expect(tellingLines(output)).toEqual(told);
});

it('never throws, however strange the output', () =>
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (output) => void tellingLines(output))));

it('gives the same fingerprint to the same failing check, whatever its times and folders', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9999 }), fc.stringMatching(/^\/tmp\/[a-z0-9]{6}$/), (ms, folder) => {
      const of = (output: string, at: number) =>
        fingerprint(
          Signal.parse(
            signalOfCommand(
              { command: ['npm', 'test'], exitCode: 1, how: 'exit 1', output, durationMs: at, endedAt: new Date(at) },
              { id: `run-${at}`, component: 'shop' },
            ),
          ),
        ).fingerprint;
      expect(of(nodeTests(ms, folder), ms)).toBe(of(nodeTests(1, '/srv/shop'), 1));
    }),
  ));
