import { z } from "zod";

/** Why money moved, as the journal calls it. */
export const LedgerKind = z.enum([
  "grant",
  "code",
  "top_up",
  "usage",
  "refund",
  "dispute",
  "adjustment",
  "debt",
]);
export type LedgerKind = z.infer<typeof LedgerKind>;

/** The same in words for customers: on the page, in exports. */
export const kindLabels: Record<LedgerKind, string> = {
  grant: "Granted credit",
  code: "Credit code",
  top_up: "Top-up",
  usage: "Usage",
  refund: "Refund",
  dispute: "Dispute",
  adjustment: "Adjustment",
  debt: "Debt settled",
};

/** What the list of transactions can be narrowed to. */
export const statementFilters = {
  usage: { label: "Usage", kinds: ["usage"] },
  payments: { label: "Payments", kinds: ["top_up", "refund", "dispute", "debt"] },
  credits: { label: "Credits", kinds: ["grant", "code", "adjustment"] },
} as const satisfies Record<string, { label: string; kinds: readonly LedgerKind[] }>;

export const StatementFilter = z.enum(["usage", "payments", "credits"]);
export type StatementFilter = z.infer<typeof StatementFilter>;
