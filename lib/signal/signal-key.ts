/** `<source>#<id>`, which names a signal everywhere. The source's own `#` is escaped, so that no two pairs share a key. */
export function signalKey(source: string, id: string): string {
  return `${source.replaceAll('%', '%25').replaceAll('#', '%23')}#${id}`;
}
