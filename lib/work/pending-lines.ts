import type { WorkLine, WorkStore } from './work-store.ts';

/** Small at first: most of who asks take one of the first lines. */
const pageSizes = [20, 1000] as const;

/** What is pending, in its order, a page at a time and only as far as it is read. */
export async function* pendingLines(
  work: Pick<WorkStore, 'list'>,
  component: string | undefined,
): AsyncGenerator<WorkLine[]> {
  let after: string | undefined;
  let limit: number = pageSizes[0];
  do {
    const page = await work.list({
      state: 'pending',
      limit,
      ...(component === undefined ? {} : { component }),
      ...(after === undefined ? {} : { after }),
    });
    yield page.lines;
    after = page.next;
    limit = pageSizes[1];
  } while (after !== undefined);
}
