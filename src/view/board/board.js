/**
 * The board as SVG elements, from plain data to text. The one drawing of positions for both pictures and pages: it is
 * plain JavaScript because the replayer carries its source (html.ts), and pure so that both show the same.
 *
 * @typedef {import('./layout.ts').BoardLayout} BoardLayout
 * @typedef {object} Marks
 * @property {readonly number[]} path the way of the last move
 * @property {readonly number[]} area cells of the line or region it was about
 * @property {readonly number[]} [legal] cells where a legal move ends
 */

/** Radii of a ring seen at an angle, and the height of one, in cells. */
const RING_X = 0.37;
const RING_Y = 0.23;
const RING_H = 0.13;
/** Rings of a stack beyond this many lie closer together, so that no stack leaves its cell by more than half. */
const LOOSE_RINGS = 5;

/**
 * Everything on the board, in units of the layout: tiles, labels, marks of the last move, pieces.
 * @param {BoardLayout} layout
 * @param {readonly string[]} cells codes by cell number (snapshot.ts)
 * @param {Marks} marks
 * @returns {string} SVG elements
 */
export function boardElements(layout, cells, marks) {
  const area = new Set(marks.area);
  const tiles = layout.cells.map(({ x, y, name }, cell) => {
    const code = element(cells, cell);
    const owner = code.startsWith('#') ? code.charAt(1) : '';
    const kind = owner === '' ? 'tile' : `tile land${owner}`;
    const outline = tilePath(layout.shape, x, y, 0.47);
    const hatch = owner === '' ? '' : `<path class="hatch" d="${outline}" fill="url(#hatch${owner})"/>`;
    const ring = area.has(cell) ? `<path class="area" d="${tilePath(layout.shape, x, y, 0.43)}"/>` : '';
    return `<path class="${kind}" d="${outline}" data-cell="${name}"/>${hatch}${ring}`;
  });
  const labels = layout.labels.map(({ x, y, text }) => textElement('label', x, y + 0.1, text));
  const order = [...layout.cells.entries()].sort(([, a], [, b]) => a.y - b.y);
  const pieces = order.map(([cell, { x, y }]) => pieceElements(element(cells, cell), x, y));
  const dots = (marks.legal ?? []).map((cell) => {
    const { x, y } = element(layout.cells, cell);
    const code = element(cells, cell);
    // below a piece, whose sign and height stay to be seen; in no player's colour
    const below = code === '' ? 0 : code[0] === 'o' ? 0.29 : 0.36;
    return `<circle class="legal" cx="${n(x)}" cy="${n(y + below)}" r="0.085"/>`;
  });
  return [...tiles, ...labels, pathElements(layout, marks.path), ...pieces, ...dots].join('');
}

/**
 * The element of a list at a place that must exist: the page has no core/at.ts.
 * @template T
 * @param {readonly T[]} list
 * @param {number} index
 * @returns {T}
 */
function element(list, index) {
  const found = list[index];
  if (found === undefined) throw new RangeError(`no element ${index}`);
  return found;
}

/**
 * Where the last move went: its cells outlined, an arrow between them below the pieces.
 * @param {BoardLayout} layout
 * @param {readonly number[]} path
 */
function pathElements(layout, path) {
  const outlines = path.map((cell, i) => {
    const { x, y } = element(layout.cells, cell);
    const kind = i === path.length - 1 ? 'last to' : 'last';
    return `<path class="${kind}" d="${tilePath(layout.shape, x, y, 0.45)}"/>`;
  });
  if (path.length < 2) return outlines.join('');
  const from = element(layout.cells, element(path, 0));
  const to = element(layout.cells, element(path, path.length - 1));
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const ux = (to.x - from.x) / length;
  const uy = (to.y - from.y) / length;
  const at = (/** @type {number} */ along, /** @type {number} */ aside) =>
    `${n(from.x + along * ux - aside * uy)},${n(from.y + along * uy + aside * ux)}`;
  const tip = length - 0.3;
  const arrow = `<path class="arrow" d="M${at(0.2, 0)} L${at(tip - 0.2, 0)}"/>`;
  const head = `<path class="head" d="M${at(tip, 0)} L${at(tip - 0.24, 0.13)} L${at(tip - 0.24, -0.13)} Z"/>`;
  return outlines.join('') + arrow + head;
}

/**
 * Outline of a cell: a rounded square, or a hexagon standing on its point.
 * @param {'square' | 'hex'} shape
 * @param {number} x
 * @param {number} y
 * @param {number} r half the width
 */
function tilePath(shape, x, y, r) {
  if (shape === 'square') {
    const c = 0.07;
    const s = n(2 * (r - c));
    const arc = (/** @type {number} */ dx, /** @type {number} */ dy) => `a${c} ${c} 0 0 1 ${dx} ${dy}`;
    return `M${n(x - r + c)} ${n(y - r)}h${s}${arc(c, c)}v${s}${arc(-c, c)}h-${s}${arc(-c, -c)}v-${s}${arc(c, -c)}z`;
  }
  const corners = [30, 90, 150, 210, 270, 330].map((degrees) => {
    const angle = (degrees * Math.PI) / 180;
    const reach = (r * 2) / Math.sqrt(3);
    return `${n(x + reach * Math.cos(angle))} ${n(y + reach * Math.sin(angle))}`;
  });
  return `M${corners.join('L')}z`;
}

/**
 * @param {string} code
 * @param {number} x
 * @param {number} y
 */
function pieceElements(code, x, y) {
  if (code === '' || code[0] === '#') return '';
  if (code[0] === 'o') return markerElements(code.charAt(1), x, y);
  return stackElements(code, x, y);
}

/**
 * A marker: a small disc with a light middle, and the player's sign so that colour is not needed.
 * @param {string} owner
 * @param {number} x
 * @param {number} y
 */
function markerElements(owner, x, y) {
  return `<circle class="marker mark${owner}" cx="${n(x)}" cy="${n(y)}" r="0.17"/>${signElement(owner, x, y, 0.075)}`;
}

/**
 * The sign of a player: disc, square, triangle, diamond.
 * @param {string} owner
 * @param {number} x
 * @param {number} y
 * @param {number} r
 */
export function signElement(owner, x, y, r) {
  const c = `class="sign sign${owner}"`;
  if (owner === '1') return `<circle ${c} cx="${n(x)}" cy="${n(y)}" r="${r}"/>`;
  if (owner === '2') {
    return `<rect ${c} x="${n(x - 0.9 * r)}" y="${n(y - 0.9 * r)}" width="${n(1.8 * r)}" height="${n(1.8 * r)}"/>`;
  }
  const points = owner === '3' ? [0, -1.2, 1.15, 0.8, -1.15, 0.8] : [0, -1.35, 1.35, 0, 0, 1.35, -1.35, 0];
  const corner = (/** @type {number} */ i) => `${n(x + r * element(points, i))} ${n(y + r * element(points, i + 1))}`;
  const d = points.flatMap((_, i) => (i % 2 === 0 ? [corner(i)] : [])).join('L');
  return `<path ${c} d="M${d}z"/>`;
}

/**
 * A pile of rings, bottom first, every ring in its owner's colour; on top the height, and under it the cap when some
 * of the rings are not the owner's.
 * @param {string} rings owners, top first
 * @param {number} x
 * @param {number} y
 */
function stackElements(rings, x, y) {
  const height = rings.length;
  const step = RING_H * Math.min(1, LOOSE_RINGS / height);
  // Centred on its cell, whatever its height.
  const base = y + (step * (height - 1)) / 2 - RING_H / 2;
  const shadow = `<ellipse class="shadow" cx="${n(x)}" cy="${n(base + RING_H)}" rx="${RING_X + 0.03}" ry="${RING_Y}"/>`;
  const pile = [...rings].reverse().map((owner, i) => {
    const top = base - i * step;
    const side = `M${n(x - RING_X)} ${n(top)}v${n(step)}a${RING_X} ${RING_Y} 0 0 0 ${2 * RING_X} 0v-${n(step)}z`;
    const face = `<ellipse class="face${owner}" cx="${n(x)}" cy="${n(top)}" rx="${RING_X}" ry="${RING_Y}"/>`;
    return `<path class="side${owner}" d="${side}"/>${face}`;
  });
  let cap = 1;
  while (rings[cap] === rings[0]) cap++;
  const top = base - (height - 1) * step;
  const small = cap < height ? `<tspan class="cap" dx="3" dy="-9">${cap}</tspan>` : '';
  const number = textElement('height', x, top + 0.11, `${height}${small}`);
  const tall = height > LOOSE_RINGS ? ' tall' : '';
  return `${shadow}<g class="pile${tall}">${pile.join('')}</g>${number}`;
}

/**
 * Text in hundredths of a cell: fonts of less than a pixel come out ragged, or are made larger by the viewer.
 * @param {string} kind class
 * @param {number} x
 * @param {number} y
 * @param {string} content
 */
function textElement(kind, x, y, content) {
  return `<text class="${kind}" transform="translate(${n(x)} ${n(y)}) scale(.01)">${content}</text>`;
}

/** Short decimal of a coordinate. @param {number} value */
function n(value) {
  return String(Math.round(value * 1000) / 1000);
}
