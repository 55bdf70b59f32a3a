/** dist/rr: Node with the program inside, and what has to lie on a disk to be used packed up as one asset. */
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { execaSync } from 'execa';
import { DIST, options, ROOT } from './bundle.ts';
import { helpPages } from './help.ts';

const { platform, arch } = process;
const ORT = 'node_modules/onnxruntime-node';
const SQLITE = 'node_modules/better-sqlite3';
/** Files below the root that the executable unpacks, for this platform only. */
const UNPACKED: readonly (readonly [string, RegExp])[] = [
  ['config', /\.yaml$/],
  ['src/view/board', /\.js$/],
  ['src/view/replay', /\.js$/],
  ['src/view/replay/page', /\.(js|css)$/],
  ['src/train/bench', /\.py$/],
  ['dist', /^(rr\.cjs|worker-.*\.mjs|THIRD_PARTY_LICENSES)$/],
  [ORT, /^package\.json$/],
  [`${ORT}/dist`, /\.js$/],
  [`${ORT}/bin/napi-v6/${platform}/${arch}`, /./],
  ['node_modules/onnxruntime-common', /^package\.json$/],
  ['node_modules/onnxruntime-common/dist/cjs', /\.js$|^package\.json$/],
  [SQLITE, /^(package\.json|LICENSE)$/],
  [`${SQLITE}/lib`, /^(?!(darwin|linux|win32)).*\.js$/],
  [`${SQLITE}/lib/methods`, /\.js$/],
  [`${SQLITE}/prebuilds`, new RegExp(`^${platform}-${arch}\\.node$`)],
];

export async function buildExecutable(): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'rr-build-'));
  try {
    const files = unpackedFiles();
    const packed = pack(files);
    writeFileSync(join(work, 'home.zst'), packed);
    const home = createHash('sha256').update(packed).digest('hex').slice(0, 12);
    const pages = JSON.stringify(await helpPages());
    const { define, ...shared } = options(pages);
    await build({
      ...shared,
      entryPoints: { rr: join(ROOT, 'scripts', 'sea', 'entry.ts') },
      outdir: work,
      define: { ...define, RR_HOME_ID: JSON.stringify(home) },
      plugins: [commandsOutside],
    });
    const target = join(DIST, platform === 'win32' ? 'rr.exe' : 'rr');
    const config = join(work, 'sea.json');
    writeFileSync(
      config,
      JSON.stringify({
        main: join(work, 'rr.js'),
        output: target,
        disableExperimentalSEAWarning: true,
        useCodeCache: true,
        assets: { home: join(work, 'home.zst') },
      }),
    );
    execaSync(process.execPath, ['--build-sea', config], { stdio: ['ignore', 'ignore', 'inherit'] });
    chmodSync(target, 0o755);
    describe(target, join(work, 'rr.js'), files, packed);
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** Whatever is loaded on demand lies in the unpacked bundle; the entry never asks for it. */
const commandsOutside: Plugin = {
  name: 'commands-outside',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};

interface PackedFile {
  readonly path: string;
  readonly content: Buffer;
}

function unpackedFiles(): PackedFile[] {
  const files = UNPACKED.flatMap(([folder, pattern]) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => pattern.test(name) && statSync(join(ROOT, folder, name)).isFile())
      .map((name) => ({ path: `${folder}/${name}`, content: readFileSync(join(ROOT, folder, name)) })),
  );
  // Marks the folder as the package's root, as everywhere else (src/io/package-root.ts).
  const atRoot = ['package.json', 'LICENSE'].map((path) => ({ path, content: readFileSync(join(ROOT, path)) }));
  return [...atRoot, ...files];
}

/** zstd( length of the index u32 | index as JSON: [path, bytes] … | contents ). */
function pack(files: readonly PackedFile[]): Buffer {
  const index = Buffer.from(JSON.stringify(files.map(({ path, content }) => [path, content.length])));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(index.length);
  return zstdCompressSync(Buffer.concat([length, index, ...files.map(({ content }) => content)]), {
    params: { [constants.ZSTD_c_compressionLevel]: 12 },
  });
}

function describe(target: string, program: string, files: readonly PackedFile[], packed: Buffer): void {
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1).padStart(7)} MB`;
  const of = (part: string): number =>
    files.filter(({ path }) => path.startsWith(part)).reduce((sum, { content }) => sum + content.length, 0);
  console.log(`${target}`);
  console.log(`${megabytes(statSync(target).size)}  in all`);
  console.log(`${megabytes(statSync(process.execPath).size)}  Node ${process.version}, ${platform}-${arch}`);
  console.log(`${megabytes(statSync(program).size)}  what answers --version and --help`);
  console.log(`${megabytes(packed.length)}  packed: ${files.length} files, ${(of('') / 1e6).toFixed(1)} MB unpacked`);
  console.log(`${megabytes(of(ORT))}    onnxruntime`);
  console.log(`${megabytes(of(SQLITE))}    better-sqlite3`);
  console.log(`${megabytes(of('dist'))}    program and workers`);
}
