import type { HoldRequest } from "@/lib/budgets/acquire";
import { type EndedRequest, settlementRecord } from "@/lib/budgets/settlement";
import type { Part } from "@/lib/budgets/wallet";

/** What a request took of slices, until it is settled. */
export interface Spending {
  requestId: string;
  workspaceId: string;
  keyId: string;
  /** Of another epoch than the instance's, and the slices are gone. */
  epoch: number;
  admittedAt: Date;
  takenAtMs: number;
  parts: Part[];
  /** Null for one that costs nothing. */
  hold: HoldRequest | null;
  /** Once it has a row in `holds` it is settled by that. */
  hasRow: boolean;
}

export interface EndedSpending {
  request: EndedRequest;
  spending: Spending;
  /** Whether its settlement had to be sent more than once. */
  late: boolean;
}

/**
 * What is spent of a part: a permit of an hour whatever comes of the request, one of a quota unless it was
 * refused after all, and of money only what it costs.
 */
export function spentOf({ pocket, amount }: Part, { outcome, costNanos }: EndedRequest): bigint {
  if (pocket.kind === "rate") return amount;
  if (pocket.kind === "quota") return outcome === "refused" ? 0n : amount;
  return costNanos < amount ? costNanos : amount;
}

/** What a request is charged: what it cost, at most what it took. In nano-dollars. */
export function chargedOf({ request, spending }: EndedSpending): bigint {
  const { costNanos } = request;
  const takenNanos = spending.hold?.amountNanos ?? 0n;
  return costNanos < takenNanos ? costNanos : takenNanos;
}

/** As `settle_leased` takes it. */
export function spendingRecord(ended: EndedSpending): Record<string, unknown> {
  const { request, spending, late } = ended;
  const { hold } = spending;
  return {
    ...settlementRecord({ ...request, costNanos: chargedOf(ended) }, late),
    at: spending.admittedAt.toISOString(),
    held_nanos: (hold?.amountNanos ?? 0n).toString(),
    input_nanos_per_mtok: hold?.inputNanosPerMtok.toString() ?? null,
    output_nanos_per_mtok: hold?.outputNanosPerMtok.toString() ?? null,
  };
}

/** As `hold_from_slices` takes it. */
export function holdRecord({ workspaceId, keyId, admittedAt, parts, hold, requestId }: Spending) {
  return {
    request_id: requestId,
    workspace_id: workspaceId,
    key_id: keyId,
    secret_id: hold?.secretId ?? "",
    amount_nanos: (hold?.amountNanos ?? 0n).toString(),
    cap_ids: parts.filter(({ pocket }) => pocket.kind === "cap").map((p) => p.pocket.budgetId),
    input_nanos_per_mtok: (hold?.inputNanosPerMtok ?? 0n).toString(),
    output_nanos_per_mtok: (hold?.outputNanosPerMtok ?? 0n).toString(),
    model: hold?.model ?? "",
    method: hold?.method ?? "",
    path: hold?.path ?? "",
    stream: hold?.stream ?? false,
    address: hold?.address ?? "",
    user_agent: hold?.userAgent ?? "",
    started_at: admittedAt.toISOString(),
  };
}
