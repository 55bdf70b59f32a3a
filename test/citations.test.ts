/** Comments cite pages and sections that exist: `docs/rules.md §7.3`, `docs/rules.md D26`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPO_ROOT } from './run.ts';

const FOLDERS = ['src', 'test', 'config', 'scripts', 'examples', 'bin'];
const THIS_FILE = 'test/citations.test.ts';

/** Names of pages that lie outside this repository, or lay there once. */
const FOREIGN =
  /golden README|\bdata-formats\b|methods-notes|feature-map|\(design: |\bdesign\.md|rules reference|(?<![\w/.-])rules\.md|(?<![\w/.])rules (?:§|D\d)/;
/** A page, and the sections (`§7.3`, `§4–§8`, `§4.1–4.3`) and differences (`D26`) named behind it. */
const CITATION = /docs\/[\w/-]+\.md(?:(?:,| and)? (?:§[\d.]*\d(?:–§?[\d.]*\d)?|D\d+))*/g;
/** A paper or a standard, whose sections are its own. */
const LITERATURE = /et al\.|\bRFC \d|\b(?:19|20)\d\d\b/;

function commentsOf(path: string): string[] {
  const text = readFileSync(join(REPO_ROOT, path), 'utf8');
  const found = /\.(?:ts|js|mjs)$/.test(path)
    ? text.match(/\/\*[\s\S]*?\*\/|(?:^[ \t]*\/\/.*\n?)+|(?<=\s)\/\/ .*$/gm)
    : text.match(/(?:^[ \t]*#.*\n?)+/gm);
  return (found ?? []).map((comment) => comment.replace(/\s*\n\s*(?:\*(?!\/)|\/\/|#)?\s*/g, ' '));
}

/** Numbers of the headings and of the first column of the tables. */
const sections = new Map<string, ReadonlySet<string>>();
function sectionsOf(page: string): ReadonlySet<string> {
  const known = sections.get(page);
  if (known) return known;
  const text = readFileSync(join(REPO_ROOT, page), 'utf8');
  const numbers = [...text.matchAll(/^(?:#+ (\d+(?:\.\d+)*)\.? |\| (D\d+|\d+\.\d+) \|)/gm)];
  const found = new Set(numbers.flatMap(([, heading, row]) => heading ?? row ?? []));
  sections.set(page, found);
  return found;
}

/** What is wrong with the citations of a comment. */
function faultsOf(comment: string): string[] {
  const foreign = FOREIGN.exec(comment)?.[0];
  const faults = foreign === undefined ? [] : [`cites '${foreign}'`];
  for (const [citation] of comment.matchAll(CITATION)) {
    const [page = '', ...rest] = citation.split(/,? (?:and )?(?=§|D\d)/);
    if (!existsSync(join(REPO_ROOT, page))) faults.push(`cites ${page}, which does not exist`);
    else {
      const named = rest.flatMap((one) => one.split('–')).map((one) => one.replace('§', ''));
      faults.push(...named.filter((one) => !sectionsOf(page).has(one)).map((one) => `${page} has no ${one}`));
    }
  }
  const orphan = /§\d[\d.]*|\(D\d+/.exec(comment.replace(CITATION, ''))?.[0];
  if (orphan !== undefined && !LITERATURE.test(comment)) faults.push(`cites ${orphan} of no page`);
  return faults;
}

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(REPO_ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => (/\.(?:ts|js|mjs|yaml|yml|sh|py)$/.test(path) || path === 'bin/rr') && path !== THIS_FILE),
);

describe('comments', () => {
  it.each(FOLDERS)('of %s cite pages and sections that exist', (folder) => {
    const faults = files
      .filter((path) => path.startsWith(`${folder}/`))
      .flatMap((path) => commentsOf(path).flatMap((comment) => faultsOf(comment).map((fault) => `${path}: ${fault}`)));
    expect(faults).toEqual([]);
  });

  it('cite the rules often enough that they must have been found', () => {
    const cited = files.flatMap(commentsOf).filter((comment) => comment.includes('docs/rules.md §'));
    expect(cited.length).toBeGreaterThan(20);
  });

  it.each([
    ['/** As in docs/rules.md §99. */', 'docs/rules.md has no 99'],
    ['/** As in docs/rules.md §7.3, D2. */', 'docs/rules.md has no D2'],
    ['/** As in docs/rules.md §4–§8 and §9.9. */', 'docs/rules.md has no 9.9'],
    ['/** As in docs/nothing.md §1. */', 'cites docs/nothing.md, which does not exist'],
    ['/** As in rules §7. */', "cites 'rules §'"],
    ['// what is owed (§6.3)', 'cites §6.3 of no page'],
    ['// what is owed (D7)', 'cites (D7 of no page'],
  ])('%s is noticed', (comment, fault) => {
    expect(faultsOf(comment)).toContain(fault);
  });

  it.each(['/** docs/rules.md §4–§8, D26 and docs/upstream-formats.md §9.14 */', '/** Wu 2019, §3.1 */'])(
    '%s is fine',
    (comment) => {
      expect(faultsOf(comment)).toEqual([]);
    },
  );
});

it('no page cites one that lies elsewhere', () => {
  const pages = ['.', 'docs', 'docs/decisions', 'docs/results'].flatMap((folder) =>
    readdirSync(join(REPO_ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  );
  // a link within docs/ names the page alone
  const text = (page: string) => readFileSync(join(REPO_ROOT, page), 'utf8').replace(/\]\([^)]*\)/g, '');
  expect(pages.filter((page) => FOREIGN.test(text(page)))).toEqual([]);
});

it('fixtures of the rules name sections that exist', () => {
  const folder = join(REPO_ROOT, 'test', 'engine', 'rules');
  const named = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/"section": "([^"]*)"/g)])
    .flatMap(([, text = '']) => text.match(/(?<=§)[\d.]+|D\d+/g) ?? []);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((one) => !sectionsOf('docs/rules.md').has(one))).toEqual([]);
});
