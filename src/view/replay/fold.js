/**
 * About half of the moves of a recorded game only say that nothing could be done ("no line"). Whoever steps through a
 * game sees them folded into the decision before them. Plain JavaScript, because the replayer carries its source.
 *
 * @param {readonly boolean[]} idle by frame: it follows such a move; the first frame, the start, does not
 * @returns {[number, number][]} first and last frame of every group: the decision, and the position it leads to
 */
export function groupsOf(idle) {
  /** @type {[number, number][]} */
  const groups = [];
  idle.forEach((folds, frame) => {
    const last = groups[groups.length - 1];
    if (folds && last) last[1] = frame;
    else groups.push([frame, frame]);
  });
  return groups;
}
