import { fields, listOf, number, type Shaped, text } from "@/lib/shape";

const FailedCount = fields({
  hours: number,
  /** In ISO 8601. */
  since: text,
  failed: number,
});
export type FailedCount = Shaped<typeof FailedCount>;

/** How many deliveries have failed, of several spans up to now, the shortest first. */
export const FailedCounts = fields({ counts: listOf(FailedCount) });
