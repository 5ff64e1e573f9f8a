import { price } from "@/chaos/cluster";
import type { History } from "@/chaos/history";
import type { LogRow, readBooks, readMovements } from "@/chaos/rows";
import type { Tenants } from "@/chaos/tenants";
import { groupBy, Judge, type Verdict } from "@/chaos/verdict";
import { priceTokens } from "@/lib/models/price";
import { centsToNanos } from "@/lib/money";

type Books = Awaited<ReturnType<typeof readBooks>>;
type Movements = Awaited<ReturnType<typeof readMovements>>;

/** The bank: what came in less what was settled is what is left, in all four places that tell it. */
export function checkBank(books: Books, tenants: Tenants): Verdict {
  const judge = new Judge("bank (P2, P3)");
  judge.expect(books.length === tenants.all.length, () => `${books.length} balances`);
  for (const { workspace_id, limit, used, credits, logged, rolled_up } of books) {
    judge.expect(limit === credits, () => `${workspace_id}: ${limit} credited, ledger ${credits}`);
    judge.expect(used === logged, () => `${workspace_id}: ${used} charged, log ${logged}`);
    judge.expect(used === rolled_up, () => `${workspace_id}: ${used} charged, usage ${rolled_up}`);
    judge.expect(limit >= used, () => `${workspace_id}: balance is ${limit - used}`);
  }
  return judge.verdict;
}

/** The set: every acknowledged movement is in the ledger, once, and nothing else is. */
export function checkMovements(history: History, movements: Movements): Verdict {
  const judge = new Judge("set of money movements (P7, P8, P9)");
  const booked = new Map<string, bigint[]>();
  for (const { reference, amount } of movements) {
    booked.set(reference, [...(booked.get(reference) ?? []), amount]);
  }
  const allowed = new Map<string, bigint>();
  const mustBe = (reference: string, amount: bigint, isAcknowledged: boolean) => {
    allowed.set(reference, amount);
    if (!isAcknowledged) return;
    const found = booked.get(reference) ?? [];
    const holds = found.length === 1 && found[0] === amount;
    judge.expect(holds, () => `${reference} of ${amount} is booked as [${found.join(", ")}]`);
  };
  for (const { topUpId, amountCents, isAcknowledged } of history.payments) {
    mustBe(`top_up:${topUpId}`, centsToNanos(amountCents), isAcknowledged);
  }
  for (const { reference, amountNanos, isAcknowledged } of history.credits) {
    mustBe(reference, amountNanos, isAcknowledged);
  }
  for (const [reference, found] of booked) {
    const holds = found.length === 1 && allowed.get(reference) === found[0];
    judge.expect(holds, () => `${reference} is booked as [${found.join(", ")}], nobody paid that`);
  }
  for (const topUpId of history.forged) {
    const isBooked = [...booked.keys()].some((reference) => reference.includes(topUpId));
    judge.expect(!isBooked, () => `${topUpId} was credited by a forged event`);
  }
  return judge.verdict;
}

/** At most once: a request is settled once, and an `Idempotency-Key` is charged once. */
export function checkOnce(history: History, rows: LogRow[]): Verdict {
  const judge = new Judge("at most once (P5)");
  const byId = groupBy(rows, ({ id }) => id);
  for (const [id, same] of byId) {
    judge.expect(same.length === 1, () => `${id} was settled ${same.length} times`);
  }
  const byNonce = groupBy(rows, ({ nonce }) => nonce);
  for (const [nonce, same] of byNonce) {
    judge.expect(nonce === null || same.length === 1, () => `${nonce} has ${same.length} rows`);
  }
  const repeated = groupBy(
    history.operations.filter(({ idempotencyKey }) => idempotencyKey !== null),
    ({ workspaceId, idempotencyKey }) => `${workspaceId} ${idempotencyKey}`,
  );
  for (const [key, operations] of repeated) {
    const charges = operations.flatMap(({ nonce }) =>
      (byNonce.get(nonce) ?? []).filter(({ cost_nanos }) => cost_nanos > 0n),
    );
    judge.expect(charges.length <= 1, () => `${key} was charged ${charges.length} times`);
  }
  return judge.verdict;
}

/** The same key gives the same answer, and never a second one of its own. */
export function checkReplays(history: History): Verdict {
  const judge = new Judge("replays (P18)");
  const answered = history.operations.filter(
    ({ idempotencyKey, status, isComplete }) => idempotencyKey && status === 200 && isComplete,
  );
  const byKey = groupBy(answered, (o) => `${o.workspaceId} ${o.idempotencyKey}`);
  for (const [key, operations] of byKey) {
    const firsts = operations.filter(({ isReplay }) => !isReplay);
    judge.expect(firsts.length <= 1, () => `${key} was answered anew ${firsts.length} times`);
    const texts = new Set(operations.map(({ text }) => text));
    judge.expect(
      texts.size === 1,
      () => `${key}: ${operations.map(({ nonce }) => nonce).join(", ")} differ`,
    );
    const bodies = new Set(operations.map(({ body }) => body));
    judge.expect(bodies.size === 1, () => `${key} answered ${bodies.size} different bodies`);
  }
  return judge.verdict;
}

/** Each row's cost is the price of its tokens, rounded up once; what failed is free. */
export function checkPrices(rows: LogRow[]): Verdict {
  const judge = new Judge("prices (P2, P6)");
  const free: ReadonlySet<string> = new Set(["refused", "failed", "cancelled"]);
  for (const row of rows) {
    const { id, outcome, cost_nanos, input_tokens, output_tokens } = row;
    if (free.has(outcome) || row.path.startsWith("/v1/key") || cost_nanos === 0n) {
      const isFree = cost_nanos === 0n;
      judge.expect(isFree, () => `${id} is ${outcome} and costs ${cost_nanos}`);
      continue;
    }
    const due = priceTokens({ inputTokens: input_tokens, outputTokens: output_tokens }, price);
    judge.expect(
      cost_nanos === due,
      () => `${id} costs ${cost_nanos} for ${input_tokens} + ${output_tokens} tokens, not ${due}`,
    );
  }
  return judge.verdict;
}
