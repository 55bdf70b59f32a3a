/** Digits of a game's id that tables show: commands take the start of an id for the whole. */
export const SHORT_ID = 12;
