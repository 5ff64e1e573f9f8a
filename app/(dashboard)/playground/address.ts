import type { ChatSettings } from "@/app/(dashboard)/playground/chat-body";

/*
 * What of the page stands in its address, so that it can be reloaded and shared: the settings, never
 * the conversation, because addresses end up in histories and logs.
 */

const wholeMax = 10_000_000;

function readNumber(text: string | null, form: RegExp, max: number): number | null {
  if (text === null || !form.test(text)) return null;
  const value = Number(text);
  return value <= max ? value : null;
}

function readName(text: string | null): string {
  return text !== null && /^[\x21-\x7e]{1,200}$/.test(text) ? text : "";
}

/** Reads the address; what can't be is left out. */
export function readSettings(params: Pick<URLSearchParams, "get">): ChatSettings {
  return {
    model: readName(params.get("model")),
    keyId: readName(params.get("key")),
    maxTokens: readNumber(params.get("max_tokens"), /^[1-9]\d{0,7}$/, wholeMax),
    temperature: readNumber(params.get("temperature"), /^\d(\.\d{1,2})?$/, 2),
    isStreamed: params.get("stream") !== "off",
  };
}

/** The address of the page with these settings. */
export function settingsAddress(settings: ChatSettings): string {
  const { model, keyId, maxTokens, temperature, isStreamed } = settings;
  const params = new URLSearchParams({
    ...(model === "" ? {} : { model }),
    ...(keyId === "" ? {} : { key: keyId }),
    ...(maxTokens === null ? {} : { max_tokens: String(maxTokens) }),
    ...(temperature === null ? {} : { temperature: String(temperature) }),
    ...(isStreamed ? {} : { stream: "off" }),
  });
  return params.size === 0 ? "/playground" : `/playground?${params}`;
}
