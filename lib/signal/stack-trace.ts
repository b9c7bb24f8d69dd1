/** The frames of a stack trace that belong to the failing program itself, as `function file`, without line numbers. */
const frameShapes: { pattern: RegExp; read: (match: RegExpExecArray) => { where: string; file: string } }[] = [
  // Node: "at handler (file:///app/src/server.js:10:5)" or "at /app/src/server.js:10:5"
  {
    pattern: /^\s*at (?:async )?(?:(.+?) \()?(?:file:\/\/)?([^()\s]+?):\d+(?::\d+)?\)?$/,
    read: ([, where = '', file = '']) => ({ where, file }),
  },
  // Python: File "/app/server.py", line 10, in handler
  { pattern: /^\s*File "([^"]+)", line \d+(?:, in (.+))?$/, read: ([, file = '', where = '']) => ({ where, file }) },
  // Java: at com.shop.Cart.total(Cart.java:42)
  {
    pattern: /^\s*at ([\w$.]+)\(([\w$]+\.(?:java|kt|scala)):\d+\)$/,
    read: ([, where = '', file = '']) => ({ where, file }),
  },
  // Go: "/app/main.go:10 +0x1d"; Ruby: "/app/server.rb:10:in `handler'"
  {
    pattern: /^\s*(\/[^\s:]+\.(?:go|rb)):\d+(?::in [`'](.+)')?/,
    read: ([, file = '', where = '']) => ({ where, file }),
  },
];

const foreign =
  /node_modules|node:internal|^node:|site-packages|dist-packages|\/lib\/python|\/usr\/(?:lib|local\/go)|^java\.|^javax\.|^jdk\.|^sun\.|\/gems\//;

/** Top in-app frames, nearest to the failure first; absent or foreign-only stacks give none, and the message decides alone. */
export function inAppFrames(stack: string, limit = 3): string[] {
  const frames: string[] = [];
  for (const line of stack.split('\n')) {
    for (const { pattern, read } of frameShapes) {
      const match = pattern.exec(line);
      if (!match) continue;
      const { where, file } = read(match);
      if (!foreign.test(file) && !foreign.test(where))
        frames.push(`${where.replace(/\d+/g, '#')} ${basename(file)}`.trim());
      break;
    }
    if (frames.length === limit) break;
  }
  return frames;
}

function basename(file: string): string {
  return file.split(/[/\\]/).at(-1) ?? file;
}
