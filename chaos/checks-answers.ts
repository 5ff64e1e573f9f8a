import { maxTokens } from "@/chaos/client";
import type { History, Operation } from "@/chaos/history";
import { inputTokensOf, type Play } from "@/chaos/prompt";
import type { LogRow } from "@/chaos/rows";
import type { Exchange } from "@/chaos/upstream";
import { groupBy, Judge, type Verdict } from "@/chaos/verdict";

/** Plays whose figures can't be believed, so that the words themselves are counted. */
const untold: ReadonlySet<Play> = new Set(["no_usage", "negative_usage", "text_usage"]);

/** What a complete answer has to be billed, by the provider's own account. */
function dueTokens({ play, words }: Operation): number {
  return play === "huge_usage" ? maxTokens : words;
}

function describe({ nonce, play, dialect, stream, leaving, status }: Operation): string {
  const form = stream ? "stream" : "json";
  return `${nonce} (${play}, ${dialect} ${form}, ${leaving}, ${status ?? "no answer"})`;
}

function rowText(row: LogRow): string {
  return `${row.outcome} with ${row.input_tokens} + ${row.output_tokens} tokens at ${row.cost_nanos}`;
}

/** Complete answers and settled rows belong to each other, one to one. */
export function checkComplete(history: History, rows: LogRow[]): Verdict {
  const judge = new Judge("complete answers are billed (P4)");
  const byNonce = groupBy(rows, ({ nonce }) => nonce);
  for (const operation of history.operations) {
    if (operation.status !== 200 || !operation.isComplete || operation.isReplay) continue;
    const own = byNonce.get(operation.nonce) ?? [];
    const [row] = own;
    judge.expect(
      own.length === 1 && row?.outcome === "ok" && row.cost_nanos > 0n,
      () => `${describe(operation)} has ${own.map(rowText).join(" and ") || "no row"}`,
    );
    if (!row || operation.costNanos === null) continue;
    const told = operation.costNanos;
    judge.expect(
      row.cost_nanos === told,
      () => `${describe(operation)} was told ${told} and charged ${row.cost_nanos}`,
    );
  }
  return judge.verdict;
}

/** What the provider sent is what was billed. */
export function checkTruth(history: History, rows: LogRow[], exchanges: Exchange[]): Verdict {
  const judge = new Judge("bills are what the upstream sent (P4)");
  const operations = new Map(history.operations.map((each) => [each.nonce, each]));
  const byBody = groupBy(exchanges, ({ body }) => body);
  for (const row of rows) {
    const operation = row.nonce === null ? undefined : operations.get(row.nonce);
    if (row.nonce === null) continue;
    judge.expect(operation !== undefined, () => `${row.id} of ${row.nonce}: nobody asked for it`);
    if (!operation || row.cost_nanos === 0n) continue;
    const asked = byBody.get(operation.body) ?? [];
    const told = `${describe(operation)} is ${rowText(row)}`;
    const sent = Math.max(0, ...asked.map(({ sentWords }) => sentWords));
    const isHuge = operation.play === "huge_usage";
    judge.expect(asked.length > 0, () => `${told}, but the upstream was never asked`);
    judge.expect(
      row.output_tokens <= (isHuge ? maxTokens : sent),
      () => `${told}, but the upstream sent ${sent}`,
    );
    if (operation.play !== "no_usage" && row.outcome === "ok") {
      const input = inputTokensOf(operation.body);
      judge.expect(row.input_tokens === input, () => `${told}, but the input was ${input}`);
    }
    if (row.outcome !== "ok") continue;
    const due = dueTokens(operation);
    judge.expect(
      asked.some(({ isComplete }) => isComplete) && row.output_tokens === due,
      () => `${told}, but ${due} output tokens are due`,
    );
    const mustBeMarked = untold.has(operation.play) || isHuge;
    judge.expect(row.estimated === mustBeMarked, () => `${told}, estimated: ${row.estimated}`);
  }
  return judge.verdict;
}

const pays: ReadonlySet<string> = new Set(["client_gone", "upstream_error", "revoked", "shutdown"]);

/** A broken answer is billed for no less than its client has received. */
export function checkBroken(history: History, rows: LogRow[]): Verdict {
  const judge = new Judge("broken answers are billed for what was delivered");
  const byNonce = new Map(rows.map((row) => [row.nonce, row]));
  for (const operation of history.operations) {
    if (!operation.stream || operation.isReplay) continue;
    const row = byNonce.get(operation.nonce);
    if (!row || !pays.has(row.outcome)) continue;
    judge.expect(
      row.output_tokens >= operation.receivedWords,
      () => `${describe(operation)} got ${operation.receivedWords} words, is ${rowText(row)}`,
    );
  }
  return judge.verdict;
}

/** A request that was refused by a limit never reached the provider; nobody is asked more than thrice. */
export function checkUpstreamCalls(history: History, exchanges: Exchange[]): Verdict {
  const judge = new Judge("refused requests never reach the upstream (P3)");
  const byBody = groupBy(exchanges, ({ body }) => body);
  const limited = new Set([402, 403, 429]);
  for (const [body, operations] of groupBy(history.operations, (each) => each.body)) {
    const asked = byBody.get(body)?.length ?? 0;
    const admitted = operations.filter(({ status }) => status === null || !limited.has(status));
    judge.expect(
      asked <= 3 * admitted.length,
      () => `${body}: ${operations.length} requests, ${admitted.length} admitted, ${asked} calls`,
    );
  }
  return judge.verdict;
}

/** Whatever goes wrong has a form: a status of the dialect with its error body, never a bare 500. */
export function checkErrors(history: History): Verdict {
  const judge = new Judge("errors are in the caller's dialect (P15, P24)");
  const known = new Set([400, 401, 402, 403, 409, 413, 422, 429, 502, 503, 504, 529]);
  for (const operation of history.operations) {
    judge.expect(!operation.hasTimedOut, () => `${describe(operation)} hung for 90 seconds`);
    const { status, text, leaving } = operation;
    if (status === null || status === 200 || leaving !== "stay") continue;
    judge.expect(
      known.has(status) && operation.isComplete && isErrorOf(operation.dialect, text),
      () => `${describe(operation)}: ${text.slice(0, 200)}`,
    );
    if (status !== 503 && status !== 529) continue;
    judge.expect(operation.retryAfter !== null, () => `${describe(operation)} has no Retry-After`);
  }
  return judge.verdict;
}

function isErrorOf(dialect: Operation["dialect"], text: string): boolean {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== "object" || body === null || !("error" in body)) return false;
    const isAnthropic = "type" in body && body.type === "error";
    return dialect === "anthropic" ? isAnthropic : !isAnthropic;
  } catch {
    return false;
  }
}
