/** THIRD_PARTY_LICENSES: whose work is inside what we hand out, and on what terms. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { DIST, NATIVE_PACKAGES, ROOT } from './bundle.ts';

export const LICENCES = 'THIRD_PARTY_LICENSES';

const MODULES = '/node_modules/';
/** Texts for packages that only name their licence. */
const TEXTS = join(import.meta.dirname, 'licences');
const LICENCE_FILE = /^(.*-)?(licen[cs]e|copying|notice|third-party-licenses?)([.-].*)?$/i;

/** What a package without a licence file says elsewhere. */
const ADDITIONS: Readonly<Record<string, string>> = {
  'onnxruntime-node': `Copyright (c) Microsoft Corporation. All rights reserved.
The native library contains further components, listed with their licences in
https://github.com/microsoft/onnxruntime/blob/main/ThirdPartyNotices.txt`,
  'onnxruntime-common': 'Copyright (c) Microsoft Corporation. All rights reserved.',
};

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().optional(),
});

/** Writes dist/THIRD_PARTY_LICENSES. `files`: paths of the sources that went into the bundles. */
export function writeLicences(files: readonly string[]): void {
  const bundled = Map.groupBy(
    files.filter((file) => file.includes(MODULES)),
    packageOf,
  );
  const sections = [
    heading('Inside the npm package and the executable'),
    ...[...bundled].sort(([a], [b]) => (a < b ? -1 : 1)).map(([folder, sources]) => section(folder, sources)),
    heading('Inside the executable only'),
    ...[...NATIVE_PACKAGES, 'onnxruntime-common'].map((name) => section(join(ROOT, MODULES, name), [])),
    entry(`Node.js ${process.version}`, 'MIT and others', [read(nodeLicence())]),
  ];
  writeFileSync(join(DIST, LICENCES), sections.join('\n'));
}

/** The folder of the package that a file belongs to. */
const packageOf = (file: string): string => {
  const start = file.lastIndexOf(MODULES) + MODULES.length;
  const [first = '', second = ''] = file.slice(start).split('/');
  return file.slice(0, start) + (first.startsWith('@') ? `${first}/${second}` : first);
};

/** @throws Error when a package tells no licence, or one whose text is not at hand */
function section(folder: string, sources: readonly string[]): string {
  const { name, version, license } = manifestSchema.parse(JSON.parse(read(join(folder, 'package.json'))));
  const found = readdirSync(folder).filter((file) => LICENCE_FILE.test(file));
  const texts =
    found.length > 0
      ? found.map((file) => read(join(folder, file)))
      : [ADDITIONS[name] ?? '', ...copyrightComments(sources), ...textsOf(license ?? name)];
  return entry(`${name} ${version}`, license ?? 'as below', texts);
}

/** The comments at the top of sources that speak of a copyright, each once. */
function copyrightComments(sources: readonly string[]): string[] {
  const comments = sources.map((file) => /^(\/\/.*\n)+/.exec(read(file))?.[0] ?? '');
  return [...new Set(comments)]
    .filter((comment) => /copyright/i.test(comment))
    .map((comment) => comment.replace(/^\/\/ ?/gm, ''));
}

function textsOf(licence: string): string[] {
  const names = licence.match(/[\w.-]+/g)?.filter((word) => word !== 'AND' && word !== 'OR') ?? [];
  const texts = names.map((name) => join(TEXTS, `${name}.txt`)).filter((file) => existsSync(file));
  if (texts.length === 0) throw new Error(`no text of the licence ${licence} in ${TEXTS}`);
  return texts.map(read);
}

function nodeLicence(): string {
  const place = join(dirname(dirname(process.execPath)), 'LICENSE');
  if (!existsSync(place)) throw new Error(`${place} is missing: build with the Node of node_modules (npm run build)`);
  return place;
}

const read = (file: string): string => readFileSync(file, 'utf8');

const RULE = '='.repeat(100);
const heading = (title: string): string => `${RULE}\n${title}\n`;
const entry = (title: string, licence: string, texts: readonly string[]): string =>
  `${'-'.repeat(100)}\n${title} (${licence})\n\n${texts
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .join('\n\n')}\n`;
