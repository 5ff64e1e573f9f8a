import type { LedgerKind } from "@/lib/billing/kinds";

/** What went into the wallet, or negative out of it, for one cause. */
export interface WalletMovement {
  kind: LedgerKind;
  amountNanos: bigint;
}

/** How much of a wallet was given and how much was paid for; together they are all of it. */
export interface Pools {
  grantedNanos: bigint;
  paidNanos: bigint;
}

/** Credit that nobody paid for: welcome credit, codes, and what support put right. */
const grantedKinds: ReadonlySet<LedgerKind> = new Set(["grant", "code", "adjustment"]);

/** Money goes back to where it came from: these take paid credit first. */
const paidFirstKinds: ReadonlySet<LedgerKind> = new Set(["top_up", "refund", "dispute", "debt"]);

/**
 * Tells granted and paid credit apart. The rule: what is spent comes out of granted credit first, so
 * that a customer keeps what they paid for as long as possible; refunds, disputes and debts come out
 * of paid credit first, because it was a payment that they undo. Only what the first pool doesn't hold
 * comes out of the other. `movements` in the order of the journal.
 */
export function splitPools(movements: Iterable<WalletMovement>): Pools {
  let granted = 0n;
  let paid = 0n;
  for (const { kind, amountNanos } of movements) {
    if (amountNanos >= 0n) {
      if (grantedKinds.has(kind)) granted += amountNanos;
      else paid += amountNanos;
    } else if (paidFirstKinds.has(kind)) {
      const fromPaid = smaller(-amountNanos, paid);
      paid -= fromPaid;
      granted -= -amountNanos - fromPaid;
    } else {
      const fromGranted = smaller(-amountNanos, granted);
      granted -= fromGranted;
      paid -= -amountNanos - fromGranted;
    }
  }
  return { grantedNanos: granted, paidNanos: paid };
}

function smaller(a: bigint, b: bigint): bigint {
  const least = a < b ? a : b;
  return least > 0n ? least : 0n;
}
