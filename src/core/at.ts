/**
 * The element of a list at a place that must exist. A place outside the list is a bug of the caller, so it throws a
 * RangeError instead of handing `undefined` on.
 */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const element = list[index];
  if (element === undefined) throw new RangeError(`no element ${index} in a list of ${list.length}`);
  return element;
}
