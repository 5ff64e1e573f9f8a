import type { History, Operation } from "@/chaos/history";
import type { LogRow, readQuotas } from "@/chaos/rows";
import type { Tenants } from "@/chaos/tenants";
import { groupBy, Judge, type Verdict } from "@/chaos/verdict";

const hourMs = 3_600_000;

/** The gateway answered it, or began to. */
function isAccepted({ status, isReplay }: Operation): boolean {
  return status === 200 && !isReplay;
}

/** The revocation register: what starts after the verb's answer is refused, on every gateway. */
export function checkRevocations(history: History): Verdict {
  const judge = new Judge("revocation register (P1)");
  for (const { secret, cause, fromMs, untilMs } of history.deadSpans) {
    for (const operation of history.operations) {
      const { startedMs, answeredMs, status, gateway, nonce } = operation;
      // One that is answered later may have been admitted when the key was alive again.
      const isWithin = startedMs > fromMs && answeredMs !== null && answeredMs < untilMs;
      if (operation.secret !== secret || !isWithin) continue;
      judge.expect(
        status !== 200,
        () =>
          `${nonce} was accepted by gateway ${gateway + 1} ${Math.round(startedMs - fromMs)} ms ` +
          `after the ${cause} was answered`,
      );
    }
  }
  return judge.verdict;
}

/** Every window of an hour, aligned or not, holds no more than the limit. */
export function checkWindows(tenants: Tenants, rows: LogRow[]): Verdict {
  const judge = new Judge("sliding window (P12)");
  for (const { workspaceId, name, hourlyMax } of tenants.all) {
    if (hourlyMax === null) continue;
    const times = rows
      // As the product counts: neither a key that opened nothing nor a full hour.
      .filter((row) => row.workspace_id === workspaceId && isCounted(row))
      .map(({ at }) => at.getTime())
      .sort((a, b) => a - b);
    let first = 0;
    for (const [last, at] of times.entries()) {
      while (at - (times[first] ?? at) >= hourMs) first++;
      const inWindow = last - first + 1;
      judge.expect(inWindow <= hourlyMax, () => `${name}: ${inWindow} of ${hourlyMax} in an hour`);
    }
  }
  return judge.verdict;
}

function isCounted({ status, error_code }: LogRow): boolean {
  return status !== 401 && error_code !== "rate";
}

/** Neither a refusal nor an answer that was only repeated, which is free. */
function isAdmitted({ outcome, cost_nanos }: LogRow): boolean {
  return outcome !== "refused" && !(outcome === "ok" && cost_nanos === 0n);
}

/** A quota that was used up admitted exactly as many as it says. */
export function checkQuotas(
  tenants: Tenants,
  rows: LogRow[],
  quotas: Awaited<ReturnType<typeof readQuotas>>,
): Verdict {
  const judge = new Judge("quotas are exact (P13)");
  for (const { workspaceId, name, totalMax } of tenants.all) {
    if (totalMax === null) continue;
    const admitted = rows.filter((row) => row.workspace_id === workspaceId && isAdmitted(row));
    const outcomes = [...groupBy(admitted, ({ outcome, status }) => `${outcome} ${status}`)]
      .map(([outcome, same]) => `${same.length} ${outcome}`)
      .join(", ");
    judge.expect(
      admitted.length === totalMax,
      () => `${name}: ${admitted.length} admitted of ${totalMax} (${outcomes})`,
    );
    const used = quotas.find(({ workspace_id }) => workspace_id === workspaceId)?.used;
    judge.expect(
      used === admitted.length,
      () => `${name}: ${admitted.length} admitted, the budget has counted ${used}`,
    );
  }
  return judge.verdict;
}

/** A key's cap holds whatever its requests turn out to cost; a lowered rate holds from its answer on. */
export function checkKeyLimits(history: History, tenants: Tenants, rows: LogRow[]): Verdict {
  const judge = new Judge("limits of keys (P12)");
  for (const key of tenants.all.flatMap(({ keys }) => keys)) {
    const { capNanos, id } = key;
    if (capNanos === null) continue;
    const spent = rows
      .filter(({ key_id }) => key_id === id)
      .reduce((sum, { cost_nanos }) => sum + cost_nanos, 0n);
    judge.expect(spent <= capNanos, () => `${id} spent ${spent} of ${capNanos}`);
  }
  for (const { keyId, fromMs, acceptedMax } of history.lowered) {
    const accepted = history.operations.filter(
      (each) => each.keyId === keyId && each.startedMs > fromMs && isAccepted(each),
    ).length;
    judge.expect(
      accepted <= acceptedMax,
      () => `${keyId}: ${accepted} accepted after its rate was lowered, ${acceptedMax} allowed`,
    );
  }
  return judge.verdict;
}

/** A host whose clock is an hour off judges no key differently. */
export function checkClock(history: History, tenants: Tenants): Verdict {
  const judge = new Judge("wrong clocks change no verdict (P19)");
  for (const { keyId, status, gateway, nonce, text } of history.operations) {
    if (keyId === tenants.expired.id && status !== null && status < 500) {
      const holds = status === 401;
      judge.expect(holds, () => `${nonce}: an expired key got ${status} of gateway ${gateway + 1}`);
    }
    if (keyId === tenants.expiring.id && status !== null) {
      const where = `gateway ${gateway + 1}`;
      judge.expect(status !== 401, () => `${nonce}: a valid key got 401 of ${where}: ${text}`);
    }
  }
  return judge.verdict;
}

/** What a client was told of its balance can be true. */
export function checkBalances(history: History): Verdict {
  const judge = new Judge("balances that clients are told (P3)");
  const creditedTo = (workspaceId: string): bigint =>
    [
      ...history.payments.map((p) => ({ ...p, amountNanos: BigInt(p.amountCents) * 10_000_000n })),
      ...history.credits,
    ]
      .filter((each) => each.workspaceId === workspaceId)
      .reduce((sum, { amountNanos }) => sum + amountNanos, 0n);
  const credited = new Map<string, bigint>();
  for (const { workspaceId, balanceNanos, nonce } of history.operations) {
    if (balanceNanos === null) continue;
    const most = credited.get(workspaceId) ?? creditedTo(workspaceId);
    credited.set(workspaceId, most);
    judge.expect(
      balanceNanos >= 0n && balanceNanos <= most,
      () => `${nonce} was told ${balanceNanos}, of ${most} ever credited`,
    );
  }
  return judge.verdict;
}
