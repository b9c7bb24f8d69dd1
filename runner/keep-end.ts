/** So much of a failed command's output is looked at: why it failed stands at the end. */
export const keptOutputBytes = 64 * 1024;

/** Keeps the last bytes of what is printed, beginning with a whole line: half a line may be half a secret. */
export function keepEnd(bytes: number): { take(chunk: Buffer): void; text(): string; total(): number } {
  const kept: Buffer[] = [];
  let [size, total] = [0, 0];
  return {
    take(chunk) {
      kept.push(chunk);
      size += chunk.length;
      total += chunk.length;
      while (size - (kept[0]?.length ?? 0) > bytes) size -= kept.shift()?.length ?? 0;
    },
    text() {
      const text = Buffer.concat(kept).subarray(-bytes).toString('utf8');
      return total <= bytes ? text : text.replace(text.includes('\n') ? /^[^\n]*\n/ : /^\S*\s*/, '');
    },
    total: () => total,
  };
}
