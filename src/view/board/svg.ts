/** A position as one SVG file: board on the left, seats on the right. */
import { at } from '../../core/at.ts';
import { printableLines } from '../../core/printable.ts';
import { boardElements, signElement } from './board.js';
import { HATCH_DEFS, SHAPE_CSS, type Theme, themeCss } from './palette.ts';
import { type GameInfo, type Picture, statusWords } from './picture.ts';

/** Pixels: the longer side of a small and of a large board, margin round everything; room for labels in cells. */
const BOARD_PX = 640;
const LARGE_BOARD_PX = 1000;
const LARGE_CELLS = 12;
const MARGIN = 24;
const LABEL_CELLS = 0.8;
const HEADING = 54;
const SEAT_WIDTH = 250;
const SEAT_HEIGHT = 104;
const SEAT_GAP = 12;

export interface SvgOptions {
  readonly theme: Theme;
}

/** The file's text. */
export function svgPicture(game: GameInfo, picture: Picture, { theme }: SvgOptions): string {
  const { layout } = game;
  const scale = (layout.width > LARGE_CELLS ? LARGE_BOARD_PX : BOARD_PX) / (layout.width + LABEL_CELLS);
  const boardWidth = (layout.width + LABEL_CELLS) * scale;
  const boardHeight = (layout.height + LABEL_CELLS) * scale;
  const seatsHeight = game.names.length * (SEAT_HEIGHT + SEAT_GAP) - SEAT_GAP;
  const width = Math.round(boardWidth + SEAT_WIDTH + 3 * MARGIN);
  const height = Math.round(Math.max(boardHeight, seatsHeight) + HEADING + 2 * MARGIN);
  const top = MARGIN + HEADING;
  const boardAt = `translate(${round(MARGIN + LABEL_CELLS * scale)} ${top}) scale(${round(scale)})`;
  const seatsAt = `translate(${round(boardWidth + 2 * MARGIN)} ${top})`;
  const { snapshot, marks, caption } = picture;
  const players = `${game.names.length} players`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>${escapeXml(`${game.board}, ${players}, ply ${snapshot.ply}: ${statusWords(snapshot)}`)}</title>`,
    `<style>${SHAPE_CSS}\n${PANEL_CSS}\n${themeCss(theme)}</style><defs>${HATCH_DEFS}</defs>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    `<g class="seats"><text class="ink title" x="${MARGIN}" y="${MARGIN + 18}">${escapeXml(capitalised(statusWords(snapshot)))}</text>`,
    `<text class="dim note" x="${MARGIN}" y="${MARGIN + 40}">${escapeXml(noteLine(game, picture))}</text></g>`,
    `<g class="board" transform="${boardAt}">${boardElements(layout, snapshot.cells, marks)}</g>`,
    `<g class="seats" transform="${seatsAt}">${game.names.map((_, i) => seatPanel(game, picture, i)).join('')}</g>`,
    caption === '' ? '' : `<desc>${escapeXml(caption)}</desc>`,
    '</svg>\n',
  ].join('\n');
}

const PANEL_CSS = [
  '.title{font-size:20px;font-weight:600}',
  '.note{font-size:14px}',
  '.name{font-size:15px;font-weight:600}',
  '.figure{font-size:13px}',
  '.right{text-anchor:end}',
  '.panel{stroke-width:1.5}',
].join('\n');

function noteLine({ board, names }: GameInfo, { snapshot, caption }: Picture): string {
  const where = `${board} · ${names.length} players · ply ${snapshot.ply}`;
  return caption === '' ? where : `${where} · ${caption}`;
}

function seatPanel(game: GameInfo, { snapshot }: Picture, i: number): string {
  const seat = i + 1;
  const { hand, eliminated, territory } = at(snapshot.seats, i);
  const y = i * (SEAT_HEIGHT + SEAT_GAP);
  const onTurn = snapshot.phase === 'game_over' ? snapshot.winner === seat : snapshot.player === seat;
  const word = snapshot.phase === 'game_over' ? 'wins' : 'on turn';
  return [
    `<g transform="translate(0 ${y})"><rect class="panel${onTurn ? ' last to' : ''}" width="${SEAT_WIDTH}" height="${SEAT_HEIGHT}" rx="8"${onTurn ? ' style="stroke-width:2"' : ''}/>`,
    `<rect class="panel" x="1" y="1" width="${SEAT_WIDTH - 2}" height="${SEAT_HEIGHT - 2}" rx="7"/>`,
    signElement(String(seat), 20, 22, 7),
    `<text class="name name${seat}" x="36" y="27">${escapeXml(at(game.names, i))}</text>`,
    onTurn ? `<text class="dim figure right" x="${SEAT_WIDTH - 14}" y="27">${word}</text>` : '',
    bar(50, 'rings out', eliminated, game.ringGoal, seat),
    bar(70, 'territory', territory, game.landGoal, seat),
    `<text class="dim figure" x="14" y="93">in hand</text><text class="ink figure right" x="${SEAT_WIDTH - 14}" y="93">${hand}</text></g>`,
  ].join('');
}

function bar(y: number, label: string, value: number, goal: number, seat: number): string {
  const width = 88;
  const filled = round(width * Math.min(1, value / goal));
  return [
    `<text class="dim figure" x="14" y="${y + 4}">${label}</text>`,
    `<rect class="groove" x="84" y="${y - 5}" width="${width}" height="9" rx="4.5"/>`,
    filled > 0
      ? `<rect class="bar${seat}" x="84" y="${y - 5}" width="${Math.max(9, filled)}" height="9" rx="4.5"/>`
      : '',
    `<text class="ink figure right" x="${SEAT_WIDTH - 14}" y="${y + 4}">${value} / ${goal}</text>`,
  ].join('');
}

const round = (value: number): number => Math.round(value * 100) / 100;
const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const escapeXml = (text: string): string =>
  printableLines(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
