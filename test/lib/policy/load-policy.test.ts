import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../../lib/policy/load-policy.ts';

const base = "version: 1\nchannels: { default: '#failures' }\n";
const problemOf = (yaml: string): string => {
  try {
    parsePolicy(base + yaml, 'kintsugi.yml');
  } catch (error) {
    return (error as Error).message;
  }
  return 'no problem';
};

describe('kintsugi.yml', () => {
  it('is good as it is packaged', () => {
    expect(parsePolicy(readFileSync('kintsugi.yml', 'utf8'), 'kintsugi.yml').version).toBe(1);
  });

  it('has a default for all but its version and a channel', () => {
    const policy = parsePolicy(base, 'kintsugi.yml');
    expect(policy.recovery).toMatchObject({
      approvals: { 3: 0, 4: 1, 5: 2 },
      approvalMinutes: 60,
      proposeRollback: true,
    });
    expect(policy.retention).toEqual({ resolvedDays: 730, doneWorkDays: 180 });
  });

  it.each([
    ['a word for a number of people', 'recovery: { approvals: { 4: two } }', 'recovery.approvals.4', 'one of 0|1|2'],
    ['three approvers', 'recovery: { approvals: { 5: 3 } }', 'recovery.approvals.5', 'one of 0|1|2'],
    [
      'a criticality that is none',
      'components: { shop: { criticality: huge } }',
      'components.shop.criticality',
      'low, normal or high',
    ],
    [
      'a key that is none',
      'runners: { mine: { publicKey: abc } }',
      'runners.mine.publicKey',
      'kintsugi runner --public-key',
    ],
    ['a level that is not one', "levels: { 6: { channel: '#x' } }", 'levels', '"6"'],
    ['a channel without its sign', 'components: { shop: { channel: shop } }', 'components.shop.channel', '#name'],
    ['a person by name', 'owner: Ada', 'owner', '@usergroup'],
    [
      'a recovery without a runner',
      'components: { shop: { recovery: {} } }',
      'components.shop.recovery.runner',
      'expected string',
    ],
    [
      'a runner that nobody declared',
      'components: { shop: { recovery: { runner: dmeo } } }\nrunners: { demo: {} }',
      'components.shop.recovery.runner',
      '"dmeo" is not declared under runners (expected one of demo)',
    ],
    [
      'a runner with the name of a built-in',
      'components: { shop: { recovery: { runner: constructor } } }',
      'components.shop.recovery.runner',
      'is not declared under runners',
    ],
    [
      'a dependency on nothing',
      'components: { shop: { dependsOn: [billing] } }',
      'components.shop.dependsOn.0',
      '"billing" is not a component',
    ],
    [
      'a dependency on what nobody said is shared',
      'components: { shop: { dependsOn: ["account:claude"] } }',
      'components.shop.dependsOn.0',
      '"account:claude" is not declared under shared',
    ],
    [
      'a dependency with spaces',
      'components: { shop: { dependsOn: ["a b"] } }',
      'components.shop.dependsOn.0',
      'kind:name',
    ],
    [
      'a circle',
      'components: { a: { dependsOn: [b] }, b: { dependsOn: [c] }, c: { dependsOn: [b] } }',
      'components.b.dependsOn',
      'b → c → b is a circle',
    ],
    [
      'a component that needs itself',
      'components: { a: { dependsOn: [a] } }',
      'components.a.dependsOn',
      'a → a is a circle',
    ],
    ['a shared thing with a name of its own making', 'shared: { Claude: {} }', 'shared.Claude', 'kind:name'],
    [
      'a cause that nobody knows',
      'shared: { "account:claude": { causes: [bad-luck] } }',
      'shared.account:claude.causes.0',
      'quota',
    ],
    ['a pager that is no address', 'pager: { url: ring-me }', 'pager.url', 'URL'],
    ['a pager over plain http', 'pager: { url: "http://pager.example/x" }', 'pager.url', 'https://'],
    [
      'a pager that only looks like this machine',
      'pager: { url: "http://localhost:x@evil.example" }',
      'pager.url',
      'https',
    ],
    ['a list of nobody who may approve', 'recovery: { mayApprove: [] }', 'recovery.mayApprove', 'leave the key out'],
    ['a list of nobody who may start', 'recovery: { mayStart: [] }', 'recovery.mayStart', 'leave the key out'],
    [
      'a list of nobody that has another name',
      'disasterRecovery: &none []\nrecovery: { mayApprove: *none }',
      'recovery.mayApprove',
      'leave the key out',
    ],
    [
      'fewer approvals for what is worse',
      'recovery: { approvals: { 4: 2, 5: 1 } }',
      'recovery.approvals.5',
      'fewer than the 2 of level 4',
    ],
    [
      'fewer approvals by default for what is worse',
      'recovery: { approvals: { 3: 2 } }',
      'recovery.approvals.4',
      '(expected 2 or more',
    ],
    ['a retention of a few days', 'retention: { doneWorkDays: 6 }', 'retention.doneWorkDays', '7'],
    ['a key with a slip', 'recovry: {}', 'the file', '"recovry"'],
  ])('refuses %s, and says where and what was expected', (_name, yaml, path, expected) => {
    expect(problemOf(yaml)).toContain(`kintsugi.yml: ${path}: `);
    expect(problemOf(yaml)).toContain(expected);
  });

  it('says which alias leads nowhere', () => {
    expect(problemOf('recovery: *nothing')).toMatch(/^kintsugi\.yml: Unresolved alias.*: nothing$/);
  });

  it('takes a pager on this machine over plain http', () => {
    expect(problemOf('pager: { url: "http://127.0.0.1:8080/page" }')).toBe('no problem');
  });

  it('takes a chain of dependencies that meets again, which is no circle', () => {
    expect(
      problemOf('components: { a: { dependsOn: [b, c] }, b: { dependsOn: [d] }, c: { dependsOn: [d] }, d: {} }'),
    ).toBe('no problem');
  });
});
