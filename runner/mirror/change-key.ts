import { isDeepStrictEqual } from 'node:util';
import { Document, isMap, isScalar, isSeq, type Node, Pair, parseDocument, Scalar, YAMLMap, YAMLSeq } from 'yaml';

const byteOrderMark = '\uFEFF';

/**
 * The same text with this key set, or without it when the value is undefined. Only the lines of the key change: the rest stays as
 * somebody wrote it, byte for byte. Where that is not possible (the whole item stands in one `{ }`, say), the text is written
 * anew with its comments and its order, and with the line ends that it had.
 */
export function changeKey(text: string, key: string, value: unknown): string {
  const edited = editLines(text, key, value);
  if (edited !== undefined && says(edited, wanted(text, key, value))) return edited;
  const document: Document = parseDocument(text);
  if (value === undefined) document.delete(key);
  else document.set(key, value);
  const anew = withLineEndsOf(text, document.toString({ lineWidth: 0 }));
  return text.startsWith(byteOrderMark) ? `${byteOrderMark}${anew.replace(byteOrderMark, '')}` : anew;
}

/** Undefined where it is not one key a line. */
function editLines(text: string, key: string, value: unknown): string | undefined {
  const { contents } = parseDocument(text);
  if (!isMap(contents) || contents.flow || contents.items.length === 0) return undefined;
  const pair = contents.items.find((item) => isScalar(item.key) && item.key.value === key);
  if (pair) {
    const { start, end } = rangeOf(pair, text);
    // Behind a `?` or a `---`.
    if (!/(?:^\uFEFF?|\n)$/.test(text.slice(0, start))) return undefined;
    if (value === undefined) return text.slice(0, start) + text.slice(lineEnd(text, end));
    const old = isNode(pair.value) ? pair.value : undefined;
    return text.slice(0, start) + withLineEndsOf(text, written(key, valueLike(old, value))) + text.slice(end);
  }
  if (value === undefined) return text;
  const last = contents.items.at(-1);
  if (!last) return undefined;
  const at = lineEnd(text, rangeOf(last, text).end);
  const before = text.slice(0, at);
  const line = `${before.endsWith('\n') ? '' : '\n'}${written(key, value)}\n`;
  return before + withLineEndsOf(text, line) + text.slice(at);
}

const isNode = (value: unknown): value is Node => isScalar(value) || isSeq(value) || isMap(value);

/** From the key to the last character of its value; the blank lines behind it are not part of it. */
function rangeOf({ key, value }: Pair, text: string): { start: number; end: number } {
  const [start = 0, keyEnd = 0] = (key as Node).range ?? [];
  const last = isNode(value) ? (value.range?.[1] ?? keyEnd) : keyEnd;
  return { start, end: start + text.slice(start, Math.max(last, keyEnd)).trimEnd().length };
}

/** Behind the line break that ends this line. */
function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at === -1 ? text.length : at + 1;
}

/** In the style of the old value, with the comments of the entries that stay. */
function valueLike(old: Node | undefined, value: unknown): unknown {
  if (isSeq(old) && Array.isArray(value)) {
    const seq = new YAMLSeq();
    seq.flow = old.flow ?? false;
    const left = [...old.items];
    for (const entry of value) {
      const at = left.findIndex((node) => isScalar(node) && String(node.value) === entry);
      seq.items.push(at === -1 ? new Scalar(entry) : left.splice(at, 1)[0]);
    }
    seq.comment = old.comment ?? null;
    seq.commentBefore = old.commentBefore ?? null;
    return seq;
  }
  if (!isScalar(old)) return value;
  const scalar = new Scalar(value);
  if (old.type && typeof value === 'string' && typeof old.value === 'string') scalar.type = old.type;
  scalar.commentBefore = old.commentBefore ?? null;
  return scalar;
}

/** As a line or more, without the last line end. */
function written(key: string, value: unknown): string {
  const document = new Document();
  const map = new YAMLMap();
  map.items.push(new Pair(document.createNode(key), document.createNode(value)));
  document.contents = map as unknown as NonNullable<typeof document.contents>;
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).replace(/\n$/, '');
}

function withLineEndsOf(text: string, lines: string): string {
  return /^[^\n]*\r\n/.test(text) ? lines.replace(/\r?\n/g, '\r\n') : lines;
}

function wanted(text: string, key: string, value: unknown): unknown {
  const { [key]: _, ...others } = parseDocument(text).toJS() as Record<string, unknown>;
  return value === undefined ? others : { ...others, [key]: value };
}

/** Whether it says this, and nothing else. */
function says(text: string, content: unknown): boolean {
  const document = parseDocument(text);
  return document.errors.length === 0 && isDeepStrictEqual(document.toJS(), content);
}
