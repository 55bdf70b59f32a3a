/**
 * Colours of pictures and pages, light and dark. The four players keep apart for all common forms of colour blindness
 * (blue, vermilion, green, purple of similar weight, after Okabe and Ito 2008), and each also has a sign and a hatching.
 */

export const THEMES = ['auto', 'light', 'dark'] as const;
/** `auto` follows what the viewer asks for (prefers-color-scheme). */
export type Theme = (typeof THEMES)[number];

interface PlayerColours {
  readonly face: string;
  readonly side: string;
  /** Edge between rings of one colour. */
  readonly edge: string;
  readonly land: string;
}

export interface Palette {
  readonly paper: string;
  readonly ink: string;
  readonly dim: string;
  readonly tile: string;
  readonly tileEdge: string;
  readonly panel: string;
  readonly last: string;
  readonly legal: string;
  readonly players: readonly PlayerColours[];
}

export const LIGHT: Palette = {
  paper: '#fbfaf6',
  ink: '#23211c',
  dim: '#77715f',
  tile: '#efe9da',
  tileEdge: '#dcd3bd',
  panel: '#f3efe4',
  last: '#c98a00',
  legal: '#23211c',
  players: [
    { face: '#2e78d2', side: '#1c4f90', edge: '#163f74', land: '#9cc1ee' },
    { face: '#d9531e', side: '#963711', edge: '#7a2b0b', land: '#f3b295' },
    { face: '#17905c', side: '#0d613d', edge: '#094b2f', land: '#8ed2b1' },
    { face: '#9350c4', side: '#643389', edge: '#4f276d', land: '#cfabe6' },
  ],
};

export const DARK: Palette = {
  paper: '#15171c',
  ink: '#ece9e1',
  dim: '#99958a',
  tile: '#282c34',
  tileEdge: '#393f4a',
  panel: '#1e2128',
  last: '#f2c14e',
  legal: '#ece9e1',
  players: [
    { face: '#3f88e2', side: '#27599b', edge: '#1c4478', land: '#254b7d' },
    { face: '#e2622d', side: '#99411b', edge: '#763013', land: '#7c3a1f' },
    { face: '#1f9f69', side: '#136b46', edge: '#0d5033', land: '#17583d' },
    { face: '#a163d2', side: '#6d4091', edge: '#543070', land: '#5a3977' },
  ],
};

/** Rules for the classes of board.js and of the panel. No variables: not every SVG viewer knows them. */
export function paletteCss(palette: Palette): string {
  const players = palette.players.flatMap(({ face, side, edge, land }, i) => {
    const p = i + 1;
    return [
      `.face${p}{fill:${face};stroke:${edge}}`,
      `.side${p}{fill:${side};stroke:${edge}}`,
      `.land${p}{fill:${land}}`,
      `.hatch-line${p}{stroke:${face}}`,
      `.mark${p}{stroke:${face}}`,
      `.sign${p}{fill:${face}}`,
      `.bar${p}{fill:${face}}`,
      `.name${p}{fill:${face}}`,
    ];
  });
  return [
    `.paper{fill:${palette.paper}}`,
    `.tile{stroke:${palette.tileEdge}}`,
    `.tile:not([class*=land]){fill:${palette.tile}}`,
    `.label,.dim{fill:${palette.dim}}`,
    `.ink{fill:${palette.ink}}`,
    `.panel{fill:${palette.panel}}`,
    `.groove{fill:${palette.tileEdge}}`,
    `.marker{fill:${palette.paper}}`,
    `.last,.arrow{stroke:${palette.last}}`,
    `.head{fill:${palette.last}}`,
    `.area{stroke:${palette.last}}`,
    `.legal{fill:${palette.legal};stroke:${palette.paper}}`,
    ...players,
  ].join('\n');
}

/** Rules that no palette changes. */
export const SHAPE_CSS = [
  '.board text,.seats text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}',
  '.tile{stroke-width:.03}',
  '.label{font-size:30px;text-anchor:middle}',
  '.marker{stroke-width:.06}',
  '.shadow{fill:#000;opacity:.16}',
  '.height{font-size:31px;font-weight:700;text-anchor:middle;fill:#fff}',
  '.cap{font-size:20px;font-weight:600}',
  // thin enough to leave something of every ring in a tall stack
  '.pile{stroke-width:.018}',
  '.pile.tall{stroke-width:.007}',
  '.last{fill:none;stroke-width:.05;stroke-dasharray:.1 .07}',
  '.last.to{stroke-dasharray:none;stroke-width:.065}',
  '.area{fill:none;stroke-width:.05}',
  '.arrow{fill:none;stroke-width:.07;stroke-linecap:round;opacity:.75}',
  '.head{opacity:.9}',
  '.legal{stroke-width:.025}',
  '.hatch-line{stroke-width:.07;opacity:.6}',
].join('\n');

/** Hatchings of collapsed cells, one direction per player. */
export const HATCH_DEFS = [45, -45, 90, 0]
  .map(
    (angle, i) =>
      `<pattern id="hatch${i + 1}" width=".22" height=".22" patternUnits="userSpaceOnUse" ` +
      `patternTransform="rotate(${angle})"><line class="hatch-line hatch-line${i + 1}" x1="0" y1=".11" x2=".22" y2=".11"/></pattern>`,
  )
  .join('');

/** The colour rules of a stand-alone picture. */
export function themeCss(theme: Theme): string {
  if (theme !== 'auto') return paletteCss(theme === 'dark' ? DARK : LIGHT);
  return `${paletteCss(LIGHT)}\n@media (prefers-color-scheme:dark){\n${paletteCss(DARK)}\n}`;
}
