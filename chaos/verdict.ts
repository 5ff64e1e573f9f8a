/** What a check found: how much it looked at, and what is wrong. */
export interface Verdict {
  check: string;
  /** Things that were compared; none at all proves nothing, and is told. */
  subjects: number;
  breaches: string[];
}

/** Collects what one check looks at. */
export class Judge {
  private subjects = 0;
  private readonly breaches: string[] = [];

  constructor(private readonly check: string) {}

  /** `detail` is only asked for where it doesn't hold. */
  expect(holds: boolean, detail: () => string): void {
    this.subjects++;
    if (!holds) this.breaches.push(detail());
  }

  get verdict(): Verdict {
    return { check: this.check, subjects: this.subjects, breaches: this.breaches };
  }
}

export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
