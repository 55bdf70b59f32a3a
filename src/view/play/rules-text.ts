/** What `rules`, `legend` and `help` say in a game; the whole rules are in docs/rules.md. At most 78 columns. */

export const PLAY_HELP = `  d4-d7           plays a move as it is listed
  d4              lists the moves that begin on this cell
  d4 d7           two cells and more: plays the move, or lists those they fit
  moves [CELL …]  the legal moves, by number; NUMBER plays one of them
  rules, legend   the game in short; the signs on the board
  hint, undo      what the adviser would play; back to your last decision
  legal           marks legal cells on or off
  board [ROW]     draws the board again; one that is too high, round this row
  resign, quit    gives up; leaves without finishing`;

export const RULES_TEXT = `You win by taking enough rings out of the game (out), by owning enough cells
(land), or by being the last who can act. Rings that you take out count for
you, whatever their colour; your own do, too.

A turn: place rings (or skip), move or capture with one stack, then deal with
lines and regions.

Place    1 to 3 rings on an empty cell, or 1 on any stack. You then move that
         stack.
Move     in a straight line, at least as many cells as the stack is high. The
         cell it leaves gets a marker of yours. Markers it passes: yours become
         land, others become yours. Landing on a marker removes it, and the top
         ring of the stack goes out: a stack of one ring vanishes.
Capture  by jumping over a stack whose cap is no taller than yours. One ring of
         it goes under your stack. If you can capture again, you must.
Cap      the rings of one colour on top. The top ring says whose stack it is.
Line     4 markers of yours in a row (3 with more players on a small board)
         become land; you pay a ring. Of a longer line you may take just 4 and
         pay nothing.
Region   cells cut off by markers or land, in which somebody has no stack. If
         you claim it, all rings in it go out for you and its cells are yours;
         you pay the cap of a stack outside.
Stuck    With stacks but no move you give up a cap. With no stack, but a marker
         and a buried ring, you may slide a marker (recover).`;

export const LEGEND_TEXT = `  ·        an empty cell               +       a legal move ends here
  ●3       a stack of 3 rings          ●5³     height 5, cap 3, 2 buried
  ○        a marker                    ▒●▒     land (collapsed), for ever
  ( ) [ ]  where the last move began and ended; { } its line or region
  ● ■ ▲ ◆  players 1 to 4; their markers ○ □ △ ◇
  out 4/18   rings taken out, and how many win
  land 7/31  cells owned, and how many win;  hand 9  rings still to place`;
