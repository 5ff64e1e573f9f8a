/** Whose error bodies the caller understands. */
export type Dialect = "anthropic" | "openai" | "rest";

const openAiPaths = /^\/v1\/(chat\/completions|completions|embeddings|responses|models)(\/|$)/;

/** The route decides the dialect; `anthropic-version` turns the model routes to Anthropic's. */
export function dialectOf(path: string, hasAnthropicVersion: boolean): Dialect {
  if (/^\/v1\/messages(\/|$)/.test(path)) return "anthropic";
  if (hasAnthropicVersion && /^\/v1\/models(\/|$)/.test(path)) return "anthropic";
  return openAiPaths.test(path) ? "openai" : "rest";
}
