// @ts-nocheck -- runs in a browser, whose types the project does not load
/**
 * Steps through a game on a page of its own. The page (html.ts) holds this file, board.js and the game as JSON; nothing
 * is fetched. Keys: ← → one decision, Page Up/Down ten, Home, End, space plays, L shows legal moves, A every move.
 */
import { boardElements, signElement } from '../../board/board.js';
import { groupsOf } from '../fold.js';

const game = JSON.parse(document.getElementById('game').textContent);
const { info, frames } = game;
const { layout } = info;
const boards = unfold(frames);
const last = frames.length - 1;
/** First and last frame of what is one step: decisions, or every move. */
const decisions = groupsOf(frames.map(({ idle }) => idle === true));
const moves = frames.map((_, ply) => [ply, ply]);
const byId = (id) => document.getElementById(id);
const state = { at: 0, steps: decisions, legal: false, pointed: [], timer: 0 };

/** The position after the step, with the move that began it. */
function frameAt(at) {
  const [first, end] = state.steps[at];
  const { marks, caption, mover, move } = frames[first];
  return { ...frames[end], marks, caption, mover, move, ply: end };
}

/** The step that a ply belongs to. */
const stepOf = (ply) =>
  Math.max(
    0,
    state.steps.findLastIndex(([first]) => first <= ply),
  );

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
  byId('cells').innerHTML = boardElements(layout, boards[frame.ply], marks);
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
  const next = state.at + 1 < state.steps.length ? frameAt(state.at + 1) : undefined;
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
  byId('cursor')?.setAttribute('x1', curveX(frame.ply));
  byId('cursor')?.setAttribute('x2', curveX(frame.ply));
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
  byId('moves').innerHTML = state.steps
    .map((_, at) => {
      const { mover, move, ply } = frameAt(at);
      const who = mover === 0 ? '' : sign(mover);
      const idle = frames[ply].idle && state.steps === moves ? ' class="idle"' : '';
      return `<li data-at="${at}"${idle}><span class="number">${at}</span>${who}<span>${mover === 0 ? 'start' : escaped(move)}</span></li>`;
    })
    .join('');
  byId('slider').max = state.steps.length - 1;
}

function showMoves() {
  byId('moves').querySelector('.here')?.classList.remove('here');
  const here = byId('moves').children[state.at];
  here.classList.add('here');
  // scrollIntoView would move the whole page on small screens
  const list = byId('moves');
  list.scrollTop = here.offsetTop - list.offsetTop - list.clientHeight / 2;
}

function show(at) {
  const end = state.steps.length - 1;
  state.at = Math.max(0, Math.min(end, at));
  state.pointed = [];
  const frame = frameAt(state.at);
  showBoard(frame);
  showSeats(frame);
  showSearch(frame);
  showMoves();
  byId('status').textContent = frame.status;
  const count = state.steps === moves ? `ply ${state.at} of ${end}` : `decision ${state.at} of ${end}`;
  byId('note').textContent = [count, frame.caption, frame.over ? '' : `${frame.choices} legal`]
    .filter(Boolean)
    .join(' · ');
  byId('slider').value = state.at;
  document.body.dataset.ply = frame.ply;
  if (state.at === end) stop();
}

/** Every move, or decisions only; the position stays. */
function toggleAll() {
  const { ply } = frameAt(state.at);
  state.steps = state.steps === moves ? decisions : moves;
  byId('all').setAttribute('aria-pressed', state.steps === moves);
  drawMoves();
  show(stepOf(ply));
}

function stop() {
  clearInterval(state.timer);
  state.timer = 0;
  byId('run').textContent = '▶';
  byId('run').title = 'play (space)';
}

function toggleRun() {
  if (state.timer) return stop();
  if (state.at === state.steps.length - 1) show(0);
  state.timer = setInterval(() => show(state.at + 1), 700);
  byId('run').textContent = '❚❚';
  byId('run').title = 'pause (space)';
}

function toggleLegal() {
  state.legal = !state.legal;
  byId('legal').setAttribute('aria-pressed', state.legal);
  showBoard(frameAt(state.at));
}

function toggleTheme() {
  const dark =
    document.documentElement.dataset.theme === undefined
      ? matchMedia('(prefers-color-scheme: dark)').matches
      : document.documentElement.dataset.theme === 'dark';
  document.documentElement.dataset.theme = dark ? 'light' : 'dark';
}

const KEYS = {
  ArrowLeft: () => show(state.at - 1),
  ArrowRight: () => show(state.at + 1),
  PageUp: () => show(state.at - 10),
  PageDown: () => show(state.at + 10),
  Home: () => show(0),
  End: () => show(state.steps.length - 1),
  ' ': toggleRun,
  l: toggleLegal,
  a: toggleAll,
};

document.addEventListener('keydown', (event) => {
  const act = KEYS[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
  // the space key also presses what has the focus
  if (event.key === ' ' && event.target.closest('button, summary')) return;
  event.preventDefault();
  if (event.key !== ' ' && state.timer) stop();
  act();
});
byId('slider').addEventListener('input', (event) => show(Number(event.target.value)));
byId('first').addEventListener('click', () => show(0));
byId('back').addEventListener('click', () => show(state.at - 1));
byId('run').addEventListener('click', toggleRun);
byId('next').addEventListener('click', () => show(state.at + 1));
byId('end').addEventListener('click', () => show(state.steps.length - 1));
byId('legal').addEventListener('click', toggleLegal);
byId('all').addEventListener('click', toggleAll);
byId('theme').addEventListener('click', toggleTheme);
byId('moves').addEventListener('click', (event) => {
  const item = event.target.closest('[data-at]');
  if (item) show(Number(item.dataset.at));
});
byId('policy').addEventListener('mouseover', (event) => {
  const cells = event.target.closest('[data-cells]')?.dataset.cells;
  state.pointed = cells ? cells.split(',').map(Number) : [];
  showBoard(frameAt(state.at));
});
byId('policy').addEventListener('mouseleave', () => {
  state.pointed = [];
  showBoard(frameAt(state.at));
});
// page.html#12 opens at ply 12
addEventListener('hashchange', () => show(stepOf(plyOfAddress())));
const plyOfAddress = () => Number(location.hash.slice(1)) || 0;

drawMoves();
drawCurve();
show(stepOf(plyOfAddress()));
