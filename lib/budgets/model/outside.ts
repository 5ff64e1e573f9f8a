/** The most moments that any stretch of this length holds, wherever it begins, both ends included. */
export function mostInAnyWindow(moments: Date[], windowMs: number): number {
  const times = moments.map((moment) => moment.getTime()).toSorted((a, b) => a - b);
  let most = 0;
  // A fullest one begins at a moment: moving it there loses none.
  for (const [i, start] of times.entries()) {
    let end = i;
    while ((times[end] ?? Number.POSITIVE_INFINITY) <= start + windowMs) end++;
    most = Math.max(most, end - i);
  }
  return most;
}
