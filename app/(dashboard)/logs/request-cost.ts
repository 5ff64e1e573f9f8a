import type { Cost } from "@/app/(dashboard)/logs/request-detail";
import { countText } from "@/lib/count-text";
import { priceTokens } from "@/lib/models/price";
import { formatUsdExact, nanosToDecimal } from "@/lib/money";
import type { LoggedRequest } from "@/lib/usage/request-detail-queries";

const tokensPerMtok = 1_000_000n;

/** Millionths of nano-dollars in exact dollars: tokens times a price per million tokens. */
function exactUsd(micro: bigint): string {
  const nanos = micro / tokensPerMtok;
  const rest = (micro % tokensPerMtok).toString().padStart(6, "0").replace(/0+$/, "");
  if (rest === "") return formatUsdExact(nanos);
  const [whole = "0", fraction = ""] = nanosToDecimal(nanos, 9).split(".");
  return `$${whole}.${fraction.padEnd(9, "0")}${rest}`;
}

type Priced = Pick<
  LoggedRequest,
  | "inputTokens"
  | "outputTokens"
  | "costNanos"
  | "heldNanos"
  | "inputNanosPerMtok"
  | "outputNanosPerMtok"
  | "estimated"
  | "outcome"
>;

/** How a request's charge comes about, by the prices of its own moment; null where nothing was priced. */
export function costOf(request: Priced): Cost | null {
  const { inputTokens, outputTokens, costNanos, heldNanos } = request;
  const { inputNanosPerMtok, outputNanosPerMtok } = request;
  if (inputNanosPerMtok === null || outputNanosPerMtok === null) return null;
  const price = { inputNanosPerMtok, outputNanosPerMtok };
  const input = BigInt(inputTokens) * inputNanosPerMtok;
  const output = BigInt(outputTokens) * outputNanosPerMtok;
  const expected = priceTokens({ inputTokens, outputTokens }, price);
  const isWhole = (input + output) % tokensPerMtok === 0n;
  const line = (label: string, tokens: number, perMtok: bigint, amount: bigint) => ({
    label,
    tokens: countText(BigInt(tokens)),
    price: formatUsdExact(perMtok),
    amount: exactUsd(amount),
  });
  const isAsPriced = expected === costNanos;
  return {
    lines: [
      line("Input", inputTokens, inputNanosPerMtok, input),
      line("Output", outputTokens, outputNanosPerMtok, output),
    ],
    unrounded: isWhole || !isAsPriced ? null : exactUsd(input + output),
    total: formatUsdExact(costNanos),
    totalNanos: costNanos.toString(),
    held: heldNanos > 0n ? formatUsdExact(heldNanos) : null,
    released: heldNanos > costNanos ? formatUsdExact(heldNanos - costNanos) : null,
    note: isAsPriced ? estimateNote(request) : differenceNote(expected, request),
  };
}

function estimateNote({ estimated }: Priced): string | null {
  return estimated
    ? "Tokens were counted by us, because the model provider reported none that could be believed."
    : null;
}

/** Why less was charged than tokens times price. */
function differenceNote(expected: bigint, { costNanos, heldNanos }: Priced): string {
  if (costNanos === 0n) return "Nothing was charged.";
  if (costNanos === heldNanos && expected > heldNanos) {
    return "Never more is charged than was set aside when the request was admitted.";
  }
  return "Input that the model provider had cached, or tokens that it prices otherwise, cost less.";
}
