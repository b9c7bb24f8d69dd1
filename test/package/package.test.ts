import { afterAll, beforeAll } from 'vitest';
import { functionCases } from './function-cases.ts';
import { type PackagedService, packageService } from './packaged-service.ts';
import { templateCases } from './template-cases.ts';

let packaged: PackagedService;
beforeAll(async () => {
  packaged = await packageService();
}, 120_000);
afterAll(() => packaged?.remove());

templateCases(() => packaged);
functionCases(() => packaged);
