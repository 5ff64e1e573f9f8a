/** What a model costs, in nano-dollars per million tokens. */
export interface Price {
  inputNanosPerMtok: bigint;
  outputNanosPerMtok: bigint;
}

export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
}

const tokensPerMtok = 1_000_000n;

/** The price of some tokens in nano-dollars: summed exactly, then rounded up once. */
export function priceTokens(usage: TokenUsage, price: Price): bigint {
  const total =
    BigInt(usage.inputTokens) * price.inputNanosPerMtok +
    BigInt(usage.outputTokens) * price.outputNanosPerMtok;
  return (total + tokensPerMtok - 1n) / tokensPerMtok;
}

/** The most output tokens that `availableNanos` pays for beside the input, zero when none. */
export function affordableOutputTokens(
  availableNanos: bigint,
  inputTokens: number,
  choices: number,
  price: Price,
): number {
  const left = availableNanos * tokensPerMtok - BigInt(inputTokens) * price.inputNanosPerMtok;
  if (left <= 0n || price.outputNanosPerMtok === 0n) return 0;
  return Number(left / (price.outputNanosPerMtok * BigInt(choices)));
}
