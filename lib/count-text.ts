/** Whole digits in groups of three: `412,906`. */
export function groupThousands(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/**
 * A whole number for people, exact whatever its size: `412,906`. By hand: the platform's own formatter takes
 * milliseconds to be made, which pages would spend before they answer.
 */
export function countText(count: bigint | number): string {
  return count < 0 ? `-${groupThousands(`${count}`.slice(1))}` : groupThousands(`${count}`);
}
