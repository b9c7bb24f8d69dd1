import { runDemoProgram } from './program.ts';

/** Broken twice at once, a rollback could not tell whose change is whose, and would refuse. */
export async function refuseIfBroken(shop: string): Promise<void> {
  const isWhole = ['git', 'diff', '--quiet', 'HEAD'];
  await runDemoProgram(isWhole, { cwd: shop, expectSuccess: true }).catch(() => {
    throw new Error(
      'the shop is broken already, and nothing was changed: press Rollback & retry on its card first (on a resolved one Reopen, then that)',
    );
  });
}
