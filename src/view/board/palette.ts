/**
 * Colours of pictures and pages, light and dark. The four players (blue, vermilion, green, orchid) differ in lightness as
 * well as in hue, so that they keep apart for people who see no red, no green or no blue (a test simulates that); signs
 * and hatchings tell them apart once more.
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
    { face: '#1a46b0', side: '#12317b', edge: '#0e245c', land: '#8ea6ee' },
    { face: '#cc5f1e', side: '#8f4215', edge: '#6a3110', land: '#eba777' },
    { face: '#17a082', side: '#10705b', edge: '#0c5344', land: '#b2efd0' },
    { face: '#b765c9', side: '#80478d', edge: '#5f3569', land: '#d9b8ee' },
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
    { face: '#2f62f0', side: '#2145a8', edge: '#18337d', land: '#263566' },
    { face: '#e26d19', side: '#9e4c12', edge: '#76390d', land: '#86481f' },
    { face: '#1fa568', side: '#167349', edge: '#105636', land: '#27735f' },
    { face: '#ca6bac', side: '#8d4b78', edge: '#693859', land: '#7a3f9e' },
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
