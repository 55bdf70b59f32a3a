/** The bundles of dist/: the program and every worker it starts, pure JavaScript inside, native packages beside. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { helpPages } from './help.ts';

export const ROOT = resolve(import.meta.dirname, '..', '..');
export const DIST = join(ROOT, 'dist');
const SOURCE = join(ROOT, 'src');

/** Packages with native parts: never bundled. */
export const NATIVE_PACKAGES = ['better-sqlite3', 'onnxruntime-node'] as const;
/** Optional parts that their users do without when they are not there. */
const OPTIONAL = ['cpu-features', '*.node', 'typescript'];

/** `new URL('./worker.ts', import.meta.url)`: how the sources name the code of a worker thread. */
const WORKER = /new URL\(\s*'(\.{1,2}\/[^']+\.ts)',\s*import\.meta\.url,?\s*\)/g;

/** Options that all bundles share; `rr` runs on the Node that package.json pins. */
export function options(pages: string): BuildOptions {
  return {
    bundle: true,
    platform: 'node',
    target: 'node26',
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
    external: [...NATIVE_PACKAGES, ...OPTIONAL],
    define: {
      RR_HELP_PAGES: pages,
      'import.meta.dirname': '__dirname',
      'import.meta.url': '__rrUrl',
    },
    banner: { js: "const __rrUrl=require('node:url').pathToFileURL(__filename).href;" },
    plugins: [workerReferences],
  };
}

/** Writes dist/rr.cjs, its workers and the module that bin/rr imports. Returns the paths of the files that went in. */
export async function bundle(): Promise<string[]> {
  mkdirSync(DIST, { recursive: true });
  const pages = JSON.stringify(await helpPages());
  const program = await build({
    ...options(pages),
    metafile: true,
    entryPoints: { rr: join(SOURCE, 'commands', 'main.ts') },
    outdir: DIST,
    outExtension: { '.js': '.cjs' },
  });
  // Workers may wait at their top level, which only modules can.
  const { define: _, banner: __, ...shared } = options('undefined');
  const threads = await build({
    ...shared,
    metafile: true,
    entryPoints: workers(),
    outdir: DIST,
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    define: { RR_HELP_PAGES: 'undefined' },
    banner: { js: "import{createRequire as rrRequire}from'node:module';const require=rrRequire(import.meta.url);" },
  });
  writeFileSync(
    join(DIST, 'main.js'),
    "import { createRequire } from 'node:module';\n\nexport const { main } = createRequire(import.meta.url)('./rr.cjs');\n",
  );
  const outputs = [program, threads].flatMap(({ metafile }) => Object.values(metafile.outputs));
  const inputs = outputs.flatMap((output) => Object.entries(output.inputs));
  return [...new Set(inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => resolve(file)))];
}

/** So that no worker of an older build stays in the package. */
export function removeBundles(): void {
  if (!existsSync(DIST)) return;
  for (const name of readdirSync(DIST)) if (/\.[cm]?js$/.test(name)) rmSync(join(DIST, name));
}

/** Entry points by the name of their bundle. */
export function workers(): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const name of readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const file = join(SOURCE, name);
    for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(WORKER)) {
      const entry = resolve(dirname(file), target);
      entries[workerName(entry)] = entry;
    }
  }
  return entries;
}

const workerName = (file: string): string =>
  `worker-${relative(SOURCE, file).replace(/\.ts$/, '').replaceAll('/', '-')}`;

/** Bundles lie side by side, so a worker is named relative to the bundle that starts it. */
const workerReferences: Plugin = {
  name: 'worker-references',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8').replace(
        WORKER,
        (_, target: string) => `new URL('./${workerName(resolve(dirname(path), target))}.mjs', import.meta.url)`,
      );
      return { contents, loader: 'ts' };
    });
  },
};
