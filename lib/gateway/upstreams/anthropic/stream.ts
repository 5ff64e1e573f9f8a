import { z } from "zod";
import type { ChatRequest, JsonObject } from "@/lib/gateway/chat";
import { billedUsage, stopReasonOf, usageOf } from "@/lib/gateway/upstreams/anthropic/answer";
import {
  failureOfError,
  failureOfErrorEvent,
  garbage,
  readErrorBody,
} from "@/lib/gateway/upstreams/provider-failure";
import type { SseEvent } from "@/lib/gateway/upstreams/sse";
import type { UpstreamEvent } from "@/lib/gateway/upstreams/upstream";
import { countPiece, type StreamReader } from "@/lib/gateway/upstreams/wire";

const Text = z.string();
const Index = z.int().nonnegative();

const Start = z.looseObject({
  type: z.literal("message_start"),
  message: z.looseObject({ usage: z.unknown().optional() }),
});

const BlockStart = z.looseObject({
  type: z.literal("content_block_start"),
  index: Index,
  content_block: z.looseObject({
    type: Text,
    text: Text.optional(),
    id: Text.optional(),
    name: Text.optional(),
  }),
});

const BlockDelta = z.looseObject({
  type: z.literal("content_block_delta"),
  index: Index,
  delta: z.looseObject({
    type: Text,
    text: Text.optional(),
    thinking: Text.optional(),
    signature: Text.optional(),
    partial_json: Text.optional(),
  }),
});

const MessageDelta = z.looseObject({
  type: z.literal("message_delta"),
  delta: z.looseObject({ stop_reason: Text.nullish(), stop_sequence: Text.nullish() }),
  usage: z.unknown().optional(),
});

const Other = z.looseObject({ type: z.enum(["content_block_stop", "message_stop", "ping"]) });

const Known = z.discriminatedUnion("type", [Start, BlockStart, BlockDelta, MessageDelta, Other]);
type Known = z.infer<typeof Known>;

const knownTypes = new Set([
  ...["message_start", "content_block_start", "content_block_delta", "content_block_stop"],
  ...["message_delta", "message_stop", "ping"],
]);

const AnyEvent = z.looseObject({ type: z.string().regex(/^[a-z_]{1,64}$/) });

function frame(data: JsonObject & { type: string }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function tokensIn(event: Known): number {
  if (event.type === "content_block_start") {
    return countPiece(`${event.content_block.text ?? ""}${event.content_block.name ?? ""}`);
  }
  if (event.type !== "content_block_delta") return 0;
  const { text, thinking, partial_json: json } = event.delta;
  return countPiece(`${text ?? ""}${thinking ?? ""}${json ?? ""}`);
}

/** Reads Messages events: handed on frame by frame to Anthropic's clients, else translated. */
class MessageReader implements StreamReader {
  isComplete = false;
  private isStarted = false;
  private calls = 0;
  /** The number of the call that each block is. */
  private readonly callAt = new Map<number, number>();

  constructor(private readonly chat: ChatRequest) {}

  take({ type, data }: SseEvent): UpstreamEvent[] {
    if (this.isComplete) return [];
    if (type === "error") throw failureOfErrorEvent(data);
    // Kept alive, and nothing said: the official clients would crash on it.
    if (data.trim() === "") return [];
    const raw = this.parse(data);
    const any = AnyEvent.safeParse(raw);
    if (!any.success) throw garbage("a frame that is no event");
    if (!knownTypes.has(any.data.type)) return this.passUnknown(any.data);
    const known = Known.safeParse(raw);
    if (!known.success) throw garbage("an event of another form");
    const event = known.data;
    if (event.type === "message_start") this.isStarted = true;
    else if (!this.isStarted && event.type !== "ping") throw garbage("an event before the first");
    if (event.type === "message_stop") {
      this.isComplete = true;
      return [];
    }
    return this.isSame ? this.pass(event) : this.translate(event);
  }

  private get isSame(): boolean {
    return this.chat.original?.protocol === "anthropic";
  }

  private parse(data: string): unknown {
    let raw: unknown;
    try {
      raw = JSON.parse(data);
    } catch {
      throw garbage("a frame that is no JSON");
    }
    const error = readErrorBody(raw);
    if (error) throw failureOfError(error);
    return raw;
  }

  /** Newer events mean nothing to us; the official clients skip what they don't know. */
  private passUnknown(event: JsonObject & { type: string }): UpstreamEvent[] {
    if (!this.isSame || !this.isStarted) return [];
    return [{ type: "frame", tokens: 0, write: () => frame(event) }];
  }

  private usageIn(event: Known): UpstreamEvent[] {
    if (event.type === "message_delta") {
      const usage = usageOf(event.usage);
      return usage ? [{ type: "usage", usage }] : [];
    }
    if (event.type !== "message_start") return [];
    // The output that it names is a beginning, not a figure: the last event tells that.
    const start = usageOf(event.message.usage);
    return start ? [{ type: "usage", usage: { inputTokens: start.inputTokens } }] : [];
  }

  private pass(event: Known): UpstreamEvent[] {
    const tokens = tokensIn(event);
    const report = this.usageIn(event);
    switch (event.type) {
      case "message_start": {
        const { message } = event;
        const write = (billed: Parameters<typeof billedUsage>[1]) => {
          const usage = billedUsage(message.usage, { ...billed, outputTokens: 1 });
          return frame({ ...event, message: { ...message, model: this.chat.model, usage } });
        };
        return [...report, { type: "frame", tokens, write }];
      }
      case "message_delta":
        return [
          ...report,
          {
            type: "frame",
            tokens,
            write: (billed) => frame({ ...event, usage: billedUsage(event.usage, billed) }),
          },
        ];
      default:
        return [{ type: "frame", tokens, write: () => frame(event) }];
    }
  }

  private translate(event: Known): UpstreamEvent[] {
    const report = this.usageIn(event);
    switch (event.type) {
      case "content_block_start":
        return this.startBlock(event);
      case "content_block_delta":
        return this.deltaOf(event);
      case "message_delta": {
        const { stop_reason, stop_sequence } = event.delta;
        if (stop_reason == null) return report;
        const stopReason = stopReasonOf(stop_reason);
        const stop = { stopReason, stopSequence: stop_sequence ?? null };
        return [...report, { type: "stop", choice: 0, ...stop }];
      }
      default:
        return report;
    }
  }

  private startBlock({ index, content_block: block }: z.infer<typeof BlockStart>): UpstreamEvent[] {
    const { id, name, text } = block;
    if (block.type === "text" && text) {
      return [{ type: "text", choice: 0, text, tokens: countPiece(text) }];
    }
    if (block.type !== "tool_use") return [];
    if (!id || !name) throw garbage("a call without a name");
    const call = this.calls++;
    this.callAt.set(index, call);
    return [{ type: "tool_call", choice: 0, call, id, name }];
  }

  private deltaOf({ index, delta }: z.infer<typeof BlockDelta>): UpstreamEvent[] {
    const choice = 0;
    const { text, thinking, signature, partial_json: json } = delta;
    if (text) return [{ type: "text", choice, text, tokens: countPiece(text) }];
    if (thinking)
      return [{ type: "thinking", choice, text: thinking, tokens: countPiece(thinking) }];
    if (signature) return [{ type: "signature", choice, signature }];
    const call = this.callAt.get(index);
    if (!json || call === undefined) return [];
    return [{ type: "arguments", choice, call, json, tokens: countPiece(json) }];
  }
}

export function readStream(chat: ChatRequest): StreamReader {
  return new MessageReader(chat);
}
