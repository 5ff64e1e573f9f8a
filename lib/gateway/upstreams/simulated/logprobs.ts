import type { TokenChoice } from "@/lib/gateway/chat";

/** How much less likely each further alternative is. */
const step = 0.75;

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** Log probabilities as a model might tell them: the same for the same token in the same place. */
export function inventLogprobs(token: string, position: number, alternatives: number): TokenChoice {
  let seed = position;
  for (const character of token) seed = (seed * 31 + (character.codePointAt(0) ?? 0)) % 997;
  const logprob = round(-0.001 - seed / 2_000);
  return {
    token,
    logprob,
    alternatives: Array.from({ length: alternatives }, (_, i) => ({
      token: i === 0 ? token : `${token}${"'".repeat(i)}`,
      logprob: round(logprob - i * step),
    })),
  };
}
