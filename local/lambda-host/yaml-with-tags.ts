import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { ServiceFileError } from './service-file-error.ts';

/** A YAML file with CloudFormation's short tags written out (`!Ref X` → `{ Ref: 'X' }`), and the line of every path in it. */
export interface TaggedYaml {
  file: string;
  tree: unknown;
  /** The line of a path such as `functions.ingest.timeout`, or of the nearest thing above it. */
  lineOf(path: string): number | undefined;
}

export function parseTaggedYaml(file: string, text: string): TaggedYaml {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, logLevel: 'silent', merge: true });
  const [error] = document.errors;
  if (error) {
    throw new ServiceFileError(
      { file, line: error.linePos?.[0].line },
      `not valid YAML: ${error.message.split('\n')[0]}`,
      error,
    );
  }
  const lines = new Map<string, number>();

  function convert(node: unknown, path: string): unknown {
    if (isAlias(node)) return convert(node.resolve(document), path);
    const range = (node as Node | null)?.range;
    if (range && !lines.has(path)) lines.set(path, counter.linePos(range[0]).line);
    if (isMap(node)) {
      const entries = node.items.map((pair) => {
        const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
        const at = path === '' ? key : `${path}.${key}`;
        const keyRange = (pair.key as Node | null)?.range;
        if (keyRange) lines.set(at, counter.linePos(keyRange[0]).line);
        return [key, convert(pair.value, at)] as const;
      });
      return writeOutTag(node.tag, Object.fromEntries(entries));
    }
    if (isSeq(node)) {
      return writeOutTag(
        node.tag,
        node.items.map((item, index) => convert(item, `${path}.${index}`)),
      );
    }
    return isScalar(node) ? writeOutTag(node.tag, node.value) : null;
  }

  const tree = convert(document.contents, '');
  return {
    file,
    tree,
    lineOf(path) {
      for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
        const line = lines.get(at);
        if (line !== undefined) return line;
      }
      return undefined;
    },
  };
}

function writeOutTag(tag: string | undefined, value: unknown): unknown {
  if (!tag || !/^![A-Za-z0-9]+$/.test(tag)) return value;
  const name = tag.slice(1);
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  if (name === 'GetAtt' && typeof value === 'string') {
    const dot = value.indexOf('.');
    return { 'Fn::GetAtt': [value.slice(0, dot), value.slice(dot + 1)] };
  }
  return { [`Fn::${name}`]: value };
}
