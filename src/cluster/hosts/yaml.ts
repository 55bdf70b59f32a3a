/** YAML checked by a zod schema, with every complaint at its line: `hosts.yaml:12: hosts.gpu-1: unknown key 'prot'`. */
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type * as z from 'zod';
import { RrError } from '../../core/errors.ts';
import { nearestHint } from '../../core/nearest.ts';

type Path = readonly (string | number)[];

/** A parsed file that knows on which line each value stands. */
export interface CheckedYaml<T> {
  readonly value: T;
  /** `hosts.yaml:12` for the value (or the deepest part of the path that exists). */
  where(path: Path): string;
}

/**
 * @param shown what messages call the file
 * @param keysAt the known keys of the map at a path, for "did you mean"
 * @throws RrError CONFIG_INVALID, CONFIG_UNKNOWN_KEY
 */
export function parseChecked<T>(
  text: string,
  shown: string,
  schema: z.ZodType<T>,
  keysAt: (path: Path) => readonly string[],
): CheckedYaml<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [problem] = document.errors;
  if (problem) {
    const line = problem.linePos?.[0].line ?? 1;
    throw invalid(`${shown}:${line}`, problem.message.split(/ at line|\n/)[0] ?? 'not YAML');
  }
  if (document.contents === null) throw invalid(shown, 'is empty');
  const at = (offset: number | undefined): string => `${shown}:${lines.linePos(offset ?? 0).line}`;
  const where = (path: Path): string => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node)) return at(node.range?.[0]);
    }
    return shown;
  };
  const keyLine = (path: Path, key: string): string => {
    const map = path.length === 0 ? document.contents : document.getIn(path, true);
    const pair = isMap(map) ? map.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
    return pair && isNode(pair.key) ? at(pair.key.range?.[0]) : where(path);
  };

  const result = schema.safeParse(document.toJS());
  if (result.success) return { value: result.data, where };
  // a misspelt key explains best why another one is missing
  const { issues } = result.error;
  const issue = issues.find((one) => one.code === 'unrecognized_keys') ?? issues[0];
  const path = (issue?.path ?? []).filter((part) => typeof part !== 'symbol');
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const name = [...path, key].join('.');
    throw new RrError('CONFIG_UNKNOWN_KEY', {
      where: keyLine(path, key),
      key: name,
      hint: nearestHint(key, keysAt(path)),
    });
  }
  const message = (issue?.message ?? 'invalid').replace(/^Invalid input: /, '');
  throw invalid(where(path), path.length === 0 ? message : `${path.join('.')}: ${message}`);
}

export const invalid = (where: string, detail: string): RrError => new RrError('CONFIG_INVALID', { where, detail });
