/** Writes settings into the project's rr.yaml and leaves everything else in it as it is, comments included. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import { RrError } from '../core/errors.ts';
import { writeFileAtomic } from '../io/atomic.ts';
import type { Topic } from './topics.ts';

/** Knobs by name; one per config is named with a point, `games.hex8_2p`. */
export type Knobs = Readonly<Record<string, number | string | boolean>>;

/**
 * Sets knobs of topics in `cwd`/rr.yaml, made when missing, and returns its path. Keys that are there keep their
 * place. @throws RrError CONFIG_INVALID for a file that is no map of topics, DISK_FULL
 */
export async function applyToProject(
  topics: Readonly<Partial<Record<Topic, Knobs>>>,
  cwd: string = process.cwd(),
): Promise<string> {
  const name = join(cwd, 'rr.yaml');
  // A link stays a link: what it points to is replaced.
  const path = existsSync(name) ? realpathSync(name) : name;
  const document = open(path);
  for (const [topic, knobs] of Object.entries(topics)) setKnobs(document, topic, knobs);
  await writeFileAtomic(path, document.toString({ lineWidth: 0 }));
  return path;
}

function setKnobs(document: Document, topic: string, knobs: Knobs): void {
  const section = document.get(topic, true);
  if (!isMap(section)) {
    if (isNode(section) && section.toJS(document) !== null) {
      throw new RrError('CONFIG_INVALID', { where: 'rr.yaml', detail: `'${topic}' takes keys` });
    }
    document.set(topic, document.createNode({}));
  }
  for (const [knob, value] of Object.entries(knobs)) document.setIn([topic, ...knob.split('.')], value);
}

function open(path: string): Document {
  if (!existsSync(path)) return new Document({});
  const document: Document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: new LineCounter() });
  const [problem] = document.errors;
  if (problem) {
    const where = `rr.yaml:${problem.linePos?.[0].line ?? 1}`;
    throw new RrError('CONFIG_INVALID', { where, detail: problem.message.split(/ at line|\n/)[0] ?? 'not YAML' });
  }
  if (document.contents === null) document.contents = document.createNode({});
  if (isMap(document.contents)) return document;
  throw new RrError('CONFIG_INVALID', { where: 'rr.yaml', detail: 'expected one section per topic' });
}
