/** Environment variables of upstream's programs (docs/from-ringrift.md): which of them mean something here, and which do not. */
import { environmentName } from './layers.ts';
import { knobPaths } from './schema-keys.ts';
import { TOPIC_SCHEMAS, TOPICS } from './topics.ts';

/** Folders, read by io/paths.ts; the machine's name, by io/host-name.ts; how much is said, by commands/cli/log-level.ts. */
const OWN_PLACE = ['AI_SERVICE_DATA_DIR', 'AI_SERVICE_MODELS_DIR', 'RINGRIFT_NODE_ID', 'RINGRIFT_LOG_LEVEL'];

/** Names of variables that are set and have no effect, sorted. Knobs of ours may carry upstream's prefix. */
export function unreadVariables(env: NodeJS.ProcessEnv): string[] {
  const knobs = TOPICS.flatMap((topic) =>
    knobPaths(TOPIC_SCHEMAS[topic]).map((path) => environmentName(topic, path).replace(/^RR_/, 'RINGRIFT_')),
  );
  const read = new Set([...OWN_PLACE, ...knobs]);
  return Object.keys(env)
    .filter((name) => /^(RINGRIFT|AI_SERVICE)_/.test(name) && !read.has(name))
    .sort();
}
