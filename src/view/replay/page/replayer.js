// @ts-nocheck -- runs in a browser, whose types the project does not load
/**
 * Steps through a game on a page of its own. The page (html.ts) holds this file, board.js and the game as JSON; nothing
 * is fetched. Keys: ← → one ply, Page Up/Down ten, Home, End, space plays, L shows legal moves.
 */
import { boardElements, signElement } from '../../board/board.js';

const game = JSON.parse(document.getElementById('game').textContent);
const { info, frames } = game;
const { layout } = info;
const boards = unfold(frames);
const last = frames.length - 1;
const byId = (id) => document.getElementById(id);
const state = { ply: 0, legal: false, pointed: [], timer: 0 };

/** All positions from their differences. */
function unfold(list) {
  let cells = new Array(layout.cells.length).fill('');
  return list.map(({ changed }) => {
    cells = [...cells];
    for (const [cell, code] of changed) cells[cell] = code;
    return cells;
  });
}

/** Cell numbers of a bitmap in hexadecimal, four cells a digit. */
function cellsOf(bitmap) {
  return [...bitmap].flatMap((digit, i) => {
    const bits = Number.parseInt(digit, 16);
    return [0, 1, 2, 3].filter((bit) => bits & (1 << bit)).map((bit) => 4 * i + bit);
  });
}

const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

function showBoard(frame) {
  const marks = { ...frame.marks, legal: state.legal ? cellsOf(frame.legal) : [] };
  if (state.pointed.length > 0) Object.assign(marks, { path: [], area: state.pointed });
  byId('cells').innerHTML = boardElements(layout, boards[state.ply], marks);
}

function showSeats(frame) {
  byId('seats').innerHTML = info.names.map((name, i) => seatHtml(name, i + 1, frame)).join('');
}

function seatHtml(name, seat, frame) {
  const [hand, eliminated, territory] = frame.seats[i0(seat)];
  const marked = frame.over ? frame.winner === seat : frame.player === seat;
  const word = marked ? (frame.over ? 'wins' : 'on turn') : '';
  const value = frame.search?.values?.[i0(seat)];
  const bar = (label, count, goal) =>
    `<div class="row"><span>${label}</span><span class="groove-bar"><span class="fill seat${seat}" style="width:${Math.min(
      100,
      (100 * count) / goal,
    )}%"></span></span><b>${count} / ${goal}</b></div>`;
  return `<div class="seat${marked ? ' turn' : ''}"><div class="who">${sign(seat)}<span class="ink${seat}">${escaped(
    name,
  )}</span><em>${word}</em></div>${bar('rings out', eliminated, info.ringGoal)}${bar(
    'territory',
    territory,
    info.landGoal,
  )}<div class="row"><span>in hand</span><span>${
    value === undefined ? '' : `value ${value > 0 ? '+' : ''}${value.toFixed(2)}`
  }</span><b>${hand}</b></div></div>`;
}

const i0 = (seat) => seat - 1;
const sign = (seat) =>
  `<svg class="mini" viewBox="-1.5 -1.5 3 3" aria-label="player ${seat}">${signElement(String(seat), 0, 0, 1)}</svg>`;

function showSearch(frame) {
  const { search } = frame;
  byId('search').hidden = !game.searched;
  if (!game.searched) return;
  const next = frames[state.ply + 1];
  byId('policy').innerHTML = search
    ? search.moves
        .map(({ move, share, cells }) => {
          const played = next?.move === move ? ' played' : '';
          const percent = `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
          return `<div class="choice${played}" data-cells="${cells.join(',')}"><span>${escaped(
            move,
          )}</span><span class="groove-bar"><span class="fill seat${frame.player}" style="width:${
            100 * share
          }%"></span></span><b>${percent}</b></div>`;
        })
        .join('')
    : '<p class="quiet">no search was recorded here</p>';
  byId('budget').textContent = search?.budget === undefined ? '' : `${search.budget} simulations`;
  byId('cursor')?.setAttribute('x1', curveX(state.ply));
  byId('cursor')?.setAttribute('x2', curveX(state.ply));
}

const CURVE_WIDTH = 300;
const curveX = (ply) => (last === 0 ? 0 : (CURVE_WIDTH * ply) / last);

/** Value of every seat over the game, −1 at the bottom to 1 at the top. */
function drawCurve() {
  const valued = frames.flatMap(({ search }, ply) => (search?.values ? [{ ply, values: search.values }] : []));
  byId('curve').style.display = valued.length > 1 ? '' : 'none';
  const lines = info.names.map((_, i) => {
    const points = valued.map(({ ply, values }) => `${curveX(ply).toFixed(1)},${(40 - 38 * values[i]).toFixed(1)}`);
    return `<polyline class="line seat${i + 1}" points="${points.join(' ')}"/>`;
  });
  byId('curve').innerHTML =
    `<line class="zero" x1="0" x2="${CURVE_WIDTH}" y1="40" y2="40"/>${lines.join('')}` +
    '<line id="cursor" class="cursor" y1="0" y2="80"/>';
}

function drawMoves() {
  byId('moves').innerHTML = frames
    .map(({ mover, move }, ply) => {
      const who = mover === 0 ? '' : sign(mover);
      // bookkeeping: nothing could be done
      const idle = /^no (placement|movement|line|territory)$/.test(move) ? ' class="idle"' : '';
      return `<li data-ply="${ply}"${idle}><span class="number">${ply}</span>${who}<span>${mover === 0 ? 'start' : escaped(move)}</span></li>`;
    })
    .join('');
}

function showMoves() {
  byId('moves').querySelector('.here')?.classList.remove('here');
  const here = byId('moves').children[state.ply];
  here.classList.add('here');
  // scrollIntoView would move the whole page on small screens
  const list = byId('moves');
  list.scrollTop = here.offsetTop - list.offsetTop - list.clientHeight / 2;
}

function show(ply) {
  state.ply = Math.max(0, Math.min(last, ply));
  state.pointed = [];
  const frame = frames[state.ply];
  showBoard(frame);
  showSeats(frame);
  showSearch(frame);
  showMoves();
  byId('status').textContent = frame.status;
  byId('note').textContent = [`ply ${state.ply} of ${last}`, frame.caption, frame.over ? '' : `${frame.choices} legal`]
    .filter(Boolean)
    .join(' · ');
  byId('slider').value = state.ply;
  document.body.dataset.ply = state.ply;
  if (state.ply === last) stop();
}

function stop() {
  clearInterval(state.timer);
  state.timer = 0;
  byId('run').textContent = '▶';
  byId('run').title = 'play (space)';
}

function toggleRun() {
  if (state.timer) return stop();
  if (state.ply === last) show(0);
  state.timer = setInterval(() => show(state.ply + 1), 700);
  byId('run').textContent = '❚❚';
  byId('run').title = 'pause (space)';
}

function toggleLegal() {
  state.legal = !state.legal;
  byId('legal').setAttribute('aria-pressed', state.legal);
  showBoard(frames[state.ply]);
}

function toggleTheme() {
  const dark =
    document.documentElement.dataset.theme === undefined
      ? matchMedia('(prefers-color-scheme: dark)').matches
      : document.documentElement.dataset.theme === 'dark';
  document.documentElement.dataset.theme = dark ? 'light' : 'dark';
}

const KEYS = {
  ArrowLeft: () => show(state.ply - 1),
  ArrowRight: () => show(state.ply + 1),
  PageUp: () => show(state.ply - 10),
  PageDown: () => show(state.ply + 10),
  Home: () => show(0),
  End: () => show(last),
  ' ': toggleRun,
  l: toggleLegal,
};

document.addEventListener('keydown', (event) => {
  const act = KEYS[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  if (event.key !== ' ' && state.timer) stop();
  act();
});
byId('slider').max = last;
byId('slider').addEventListener('input', (event) => show(Number(event.target.value)));
byId('first').addEventListener('click', () => show(0));
byId('back').addEventListener('click', () => show(state.ply - 1));
byId('run').addEventListener('click', toggleRun);
byId('next').addEventListener('click', () => show(state.ply + 1));
byId('end').addEventListener('click', () => show(last));
byId('legal').addEventListener('click', toggleLegal);
byId('theme').addEventListener('click', toggleTheme);
byId('moves').addEventListener('click', (event) => {
  const item = event.target.closest('[data-ply]');
  if (item) show(Number(item.dataset.ply));
});
byId('policy').addEventListener('mouseover', (event) => {
  const cells = event.target.closest('[data-cells]')?.dataset.cells;
  state.pointed = cells ? cells.split(',').map(Number) : [];
  showBoard(frames[state.ply]);
});
byId('policy').addEventListener('mouseleave', () => {
  state.pointed = [];
  showBoard(frames[state.ply]);
});
// page.html#12 opens at ply 12
addEventListener('hashchange', () => show(plyOfAddress()));
const plyOfAddress = () => Number(location.hash.slice(1)) || 0;

drawMoves();
drawCurve();
show(plyOfAddress());
