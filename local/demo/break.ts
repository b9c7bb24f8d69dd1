import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { localEnvironment } from '../local-environment.ts';
import { brokenLevels } from './break-shop.ts';
import { breakAndCheck, demoPlaces } from './demo.ts';
import { refuseIfBroken } from './refuse-if-broken.ts';

/**
 * `npm run demo:break`: breaks the demo's shop once more, and lets its check fail under `kintsugi run`. `-- --level 4` and 5 break
 * more of it.
 */
try {
  const { values } = parseArgs({
    options: { data: { type: 'string', default: '.kintsugi' }, level: { type: 'string', default: '3' } },
  });
  const level = brokenLevels.find((one) => String(one) === values.level);
  if (!level) throw new Error(`--level ${values.level} is none of ${brokenLevels.join(', ')}`);
  const dataDir = resolve(values.data);
  const { url, ...endpoints } = z
    .object({ url: z.string(), sqsEndpoint: z.string(), dynamodbEndpoint: z.string(), tableName: z.string() })
    .parse(JSON.parse(readFileSync(join(dataDir, 'endpoints.json'), 'utf8')));
  await fetch(url).catch(() => {
    throw new Error(`nothing answers at ${url}: run \`npm start\` first, and leave it running`);
  });
  const { shop, runnerFile } = demoPlaces(dataDir);
  await refuseIfBroken(shop);
  await breakAndCheck(shop, runnerFile, localEnvironment(endpoints), level);
  console.log(`The shop is broken again, and its check has failed. Look at #failures: ${url}`);
} catch (error) {
  const reason =
    (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? `there is no stack in that data folder; run \`npm start\` first`
      : String(error instanceof Error ? error.message : error);
  console.error(`demo:break: ${reason}`);
  process.exitCode = 1;
}
