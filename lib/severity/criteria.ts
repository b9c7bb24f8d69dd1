import type { Level } from '../signal/signal.ts';

/** The five levels: their names, what the protocol does, and the criteria that people see when they choose one. */
export const criteria: Record<Level, { name: string; response: string; criteria: string[] }> = {
  1: {
    name: 'Trivial',
    response: 'continue',
    criteria: ['Cosmetic issues', 'Non-critical warnings', 'Minor test failures', 'Documentation typos'],
  },
  2: {
    name: 'Minor',
    response: 'fix and continue',
    criteria: [
      'Single feature broken',
      'Performance degradation under 20%',
      'Non-blocking errors',
      'Partial functionality loss',
    ],
  },
  3: {
    name: 'Major',
    response: 'stop and fix',
    criteria: ['Core feature broken', 'Multiple test failures', 'API breakage', 'Data integrity risk'],
  },
  4: {
    name: 'Critical',
    response: 'roll back',
    criteria: ["System won't start", 'Data corruption', 'Security vulnerability exposed', 'Dependencies broken'],
  },
  5: {
    name: 'Catastrophic',
    response: 'emergency',
    criteria: ['Production system down', 'Data loss occurring', 'Security breach active', 'Revenue impact immediate'],
  },
};
