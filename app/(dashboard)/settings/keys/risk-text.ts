import { dayYearText } from "@/lib/day-text";
import type { Risk, RiskKind } from "@/lib/keys/safety";

/** The kinds of risks as the filter names them. */
export const riskLabels: Record<RiskKind, string> = {
  broad: "Broader than used",
  uncapped: "No spend cap",
  overdue: "Rotation due",
  endless: "Never expires",
  idle: "Idle",
  secrets: "Spare secrets",
};

const list = new Intl.ListFormat("en", { type: "conjunction" });

export interface RiskText {
  /** What is so. */
  what: string;
  /** Why it matters, or what could be done. */
  why: string;
}

/** A risk in words. */
export function riskText(risk: Risk): RiskText {
  switch (risk.kind) {
    case "broad":
      return {
        what: `It may ${list.format(risk.unused)}, but only used ${list.format(risk.narrowTo)} for 30 days`,
        why: "A key that leaks can do all that it may, not what it was made for.",
      };
    case "uncapped":
      return { what: "It has no spend cap", why: "It can spend the workspace’s whole balance." };
    case "overdue":
      return {
        what: `Its rotation has been due since ${dayYearText(risk.dueAt)}`,
        why: risk.deadlineAt
          ? `If nobody rotates it, it stops working on ${dayYearText(risk.deadlineAt)}.`
          : "Its policy asks for a new secret.",
      };
    case "endless":
      return { what: "It never expires", why: "Once forgotten, it stays open for ever." };
    case "idle":
      return {
        what: risk.wasUsed
          ? `Nobody has used it since ${dayYearText(risk.since)}`
          : `Nobody has ever used it; it was made on ${dayYearText(risk.since)}`,
        why: "Disabling it can be undone; revoking it is for good after an hour.",
      };
    case "secrets":
      return risk.state === "old"
        ? {
            what: `Its old secret (…${risk.last4}) is still open, and nobody uses it`,
            why: risk.until
              ? `It would work until ${dayYearText(risk.until)}. It is safe to retire now.`
              : "It is safe to retire now.",
          }
        : {
            what: `Its new secret (…${risk.last4}) has never been used`,
            why: "Two secrets open this key. Finish the rotation, or cancel it.",
          };
  }
}
