/** Where a value is missing the API's own default counts. */
export interface ChatSettings {
  keyId: string;
  model: string;
  maxTokens: number | null;
  temperature: number | null;
  isStreamed: boolean;
}

export const turnRoles = ["user", "assistant", "system"] as const;
export type TurnRole = (typeof turnRoles)[number];

export interface ChatMessage {
  role: TurnRole;
  content: string;
}

/** The request's body, just as the API gets it. */
export interface ChatBody {
  model: string;
  messages: ChatMessage[];
  max_tokens?: number;
  temperature?: number;
  stream?: true;
  stream_options?: { include_usage: true };
}

export function toChatBody(settings: ChatSettings, messages: ChatMessage[]): ChatBody {
  const { model, maxTokens, temperature, isStreamed } = settings;
  return {
    model,
    messages,
    ...(maxTokens === null ? {} : { max_tokens: maxTokens }),
    ...(temperature === null ? {} : { temperature }),
    ...(isStreamed ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
}
