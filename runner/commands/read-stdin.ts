import { keepEnd, keptOutputBytes } from '../keep-end.ts';

/** The end of what is piped in: as much as `kintsugi run` keeps of a command's output, however much comes. */
export async function readStdin(): Promise<string> {
  const kept = keepEnd(keptOutputBytes);
  for await (const chunk of process.stdin) kept.take(chunk as Buffer);
  return kept.text();
}
