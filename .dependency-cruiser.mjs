/**
 * The import rules of src/, for `npm run lint`. The rooms stand lowest first; a file imports from its own room and from
 * those before it. docs/decisions/0007-import-rules.md says why it is done this way.
 */
import { fileURLToPath } from 'node:url';

// biome-ignore format: the order is what counts
const ROOMS = [
  'core', 'engine', 'net', 'search', 'io', 'state', 'config', 'games', 'parity', 'view', 'samples', 'models', 'train',
  'selfplay', 'arena', 'trust', 'cluster', 'sync', 'control', 'health', 'commands',
];

/** Rooms whose own files compose the folders inside them. In all others they serve those folders. */
const COMPOSED = ['commands', 'state', 'sync'];

/** What runs in a browser as well, and what only measures it or runs it in Node. */
const BROWSER = { path: '^src/(engine|net|search)/' };

const folder = (/** @type {readonly string[]} */ names) => `^src/(${names.join('|')})/`;

/** @param {string} name @param {string} comment @param {object} from @param {object} to */
const forbid = (name, comment, from, to) => ({ name, comment, severity: /** @type {const} */ ('error'), from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...ROOMS.slice(0, -1).map((room, i) =>
      forbid(
        `${room}-above`,
        `src/${room} imports only from the rooms before it`,
        { path: folder([room]) },
        { path: folder(ROOMS.slice(i + 1)) },
      ),
    ),
    forbid('no-such-room', 'a file of src/ lives in one of the rooms', { path: '^src/', pathNot: folder(ROOMS) }, {}),
    forbid(
      'no-such-room-imported',
      'a file of src/ lives in one of the rooms',
      {},
      { path: '^src/', pathNot: folder(ROOMS) },
    ),
    forbid('no-circle', 'files do not import each other in a circle', {}, { circular: true }),
    {
      ...forbid('no-folder-circle', 'folders do not import each other in a circle', {}, { circular: true }),
      scope: /** @type {const} */ ('folder'),
    },
    forbid(
      'folder-serves',
      'the files of a folder do not import from the folders inside it',
      { path: '^(src/.+)/[^/]+$', pathNot: `${folder(COMPOSED)}[^/]+$` },
      { path: '^$1/.+/' },
    ),
    forbid(
      'folder-composes',
      'the files of a room that composes its folders are not imported from inside it',
      { path: `^(src/(?:${COMPOSED.join('|')}))/.+/` },
      { path: '^$1/[^/]+$' },
    ),
    forbid(
      'table-is-a-leaf',
      'the command table is imported by nothing that it lists',
      { path: '^src/', pathNot: '^src/commands/main\\.ts$' },
      { path: '^src/commands/table\\.ts$' },
    ),
    forbid('browser', 'engine, net and search run in a browser: nothing of Node', BROWSER, {
      dependencyTypes: ['core'],
    }),
    forbid(
      'browser-runtime',
      'the native runtime is loaded by sessions and what measures them',
      { ...BROWSER, pathNot: '^src/net/(session|bench)/' },
      { path: 'onnxruntime-node' },
    ),
    forbid(
      'outside',
      'src/ imports nothing else of the repository but its version',
      { path: '^src/' },
      { pathNot: '^(src/|package\\.json$|node_modules/)', dependencyTypesNot: ['core', 'npm', 'npm-optional'] },
    ),
    forbid(
      'not-shipped',
      'the program runs without development packages',
      { path: '^src/' },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    ),
    forbid('unresolved', 'an import leads to a file', {}, { couldNotResolve: true }),
  ],
  options: {
    babelConfig: { fileName: fileURLToPath(new URL('./scripts/imports/babel.mjs', import.meta.url)) },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'types', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
