/**
 * Does something once what was pressed is on the screen: until then it would take the processor from drawing it.
 * Answers what calls it off.
 */
export function afterPaint(act: () => void): () => void {
  let handle = requestAnimationFrame(() => {
    handle = requestAnimationFrame(act);
  });
  return () => cancelAnimationFrame(handle);
}
