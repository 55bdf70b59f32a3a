/** A game as one HTML file that needs nothing else: no network, no server, any current browser. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../../core/at.ts';
import { PACKAGE_ROOT } from '../../io/package-root.ts';
import { DARK, HATCH_DEFS, LIGHT, type Palette, paletteCss, SHAPE_CSS, type Theme } from '../board/palette.ts';
import { statusWords } from '../board/picture.ts';
import { escapeXml } from '../board/svg.ts';
import { legendBox } from './legend.ts';
import type { Frame, Replay } from './replay.ts';

/** Room for labels round the board, in cells. */
const LABEL_CELLS = 0.85;

export interface HtmlOptions {
  readonly theme: Theme;
}

/** The file's text. Size: about 60 KB, and 50 to 300 bytes a ply. */
export function htmlReplayer(replay: Replay, { theme }: HtmlOptions): string {
  const { info, title } = replay;
  const { layout } = info;
  const viewBox = [-LABEL_CELLS, -0.15, layout.width + LABEL_CELLS + 0.15, layout.height + LABEL_CELLS].join(' ');
  const heading = `${info.board}, ${info.names.length} players`;
  return `<!doctype html>
<html lang="en"${theme === 'auto' ? '' : ` data-theme="${theme}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="rr show">
<title>${escapeXml(`${heading}: ${title}`)}</title>
<style>
${asset('replay/page/replayer.css')}
${SHAPE_CSS}
${themeRules()}
</style>
</head>
<body>
<main>
<section class="stage">
<header><h1 id="status"></h1><p class="quiet"><span id="note"></span><br>${escapeXml(`${heading} · ${title}`)}</p></header>
<svg class="board" viewBox="${viewBox}" role="img" aria-labelledby="status"><defs>${HATCH_DEFS}</defs><g id="cells"></g></svg>
<div class="controls">
<button id="first" title="start (Home)" aria-label="start">«</button>
<button id="back" title="back (←)" aria-label="back">‹</button>
<button id="run" title="play (space)" aria-label="play or pause">▶</button>
<button id="next" title="next (→)" aria-label="next">›</button>
<button id="end" title="end (End)" aria-label="end">»</button>
<input id="slider" type="range" min="0" value="0" aria-label="ply">
<button id="legal" title="legal moves (L)" aria-pressed="false">legal</button>
<button id="all" title="moves that only say that nothing could be done (A)" aria-pressed="false">all</button>
<button id="theme" title="light or dark" aria-label="light or dark">◐</button>
</div>
</section>
<aside><div id="seats"></div>
<div id="search" class="box" hidden><h2>value and policy<span id="budget"></span></h2><svg id="curve" viewBox="0 0 300 80" preserveAspectRatio="none" aria-label="value of each player over the game"></svg><div id="policy"></div></div>
${legendBox()}</aside>
<ol id="moves" aria-label="moves"></ol>
</main>
<script type="application/json" id="game">${jsonForScript(pageData(replay))}</script>
<script type="module">
${moduleText('board/board.js')}
${moduleText('replay/fold.js')}
${moduleText('replay/page/replayer.js')}
</script>
</body>
</html>
`;
}

const asset = (name: string): string => readFileSync(join(PACKAGE_ROOT, 'src', 'view', name), 'utf8');

/** A module's text without its imports and exports: the page runs both files as one. */
const moduleText = (name: string): string =>
  asset(name)
    .replace(/^import .*;\n/gm, '')
    .replace(/^export /gm, '');

/** Light by default, dark when the viewer's system is, either when the page's button says so. */
function themeRules(): string {
  const dark = pageCss(DARK);
  return `${pageCss(LIGHT)}
@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) { ${dark} } }
:root[data-theme=dark] { ${dark} }
:root { color-scheme: light dark }
:root[data-theme=light] { color-scheme: light }
:root[data-theme=dark] { color-scheme: dark }`;
}

function pageCss(palette: Palette): string {
  const { paper, ink, dim, panel, tileEdge, last } = palette;
  const seats = palette.players.map(
    ({ face }, i) =>
      `.fill.seat${i + 1}{background:${face}} .line.seat${i + 1}{stroke:${face}} .ink${i + 1}{color:${face}}`,
  );
  const variables = `--paper:${paper};--ink:${ink};--dim:${dim};--panel:${panel};--edge:${tileEdge};--last:${last}`;
  return `${palette === LIGHT ? `:root{${variables}}` : variables}${palette === LIGHT ? '' : ';'}\n${paletteCss(palette)}\n${seats.join('\n')}`;
}

/** What replayer.js reads. Positions are differences to the one before, cell sets are bitmaps. */
function pageData({ info, frames }: Replay): object {
  const cells = info.layout.cells.length;
  return {
    info,
    searched: frames.some(({ search }) => search !== undefined),
    frames: frames.map((frame, i) => pageFrame(frame, frames[i - 1], cells)),
  };
}

function pageFrame(frame: Frame, before: Frame | undefined, cells: number): object {
  const { snapshot, marks, caption, mover, move, idle, legal, legalCount, search } = frame;
  const changed = snapshot.cells.flatMap((code, cell) =>
    code === (before?.snapshot.cells[cell] ?? '') ? [] : [[cell, code]],
  );
  const over = snapshot.phase === 'game_over';
  return {
    changed,
    player: snapshot.player,
    over,
    winner: snapshot.winner,
    status: sentence(statusWords(snapshot)),
    seats: snapshot.seats.map(({ hand, eliminated, territory }) => [hand, eliminated, territory]),
    marks,
    caption,
    mover,
    move,
    ...(idle && { idle }),
    legal: bitmap(legal, cells),
    choices: legalCount,
    ...(search && {
      search: { ...search, moves: search.moves.map((entry) => ({ ...entry, share: rounded(entry.share) })) },
    }),
  };
}

const rounded = (share: number): number => Math.round(share * 1e4) / 1e4;
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function bitmap(set: readonly number[], cells: number): string {
  const digits = new Uint8Array(Math.ceil(cells / 4));
  for (const cell of set) digits[cell >> 2] = at(digits, cell >> 2) | (1 << (cell & 3));
  return Array.from(digits, (digit) => digit.toString(16)).join('');
}

/** JSON that cannot end the script element it stands in. */
const jsonForScript = (value: object): string => JSON.stringify(value).replaceAll('<', '\\u003c');
