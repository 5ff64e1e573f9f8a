import type { Account, ChatEvent, ChatRequest, StreamWriter } from "@/lib/gateway/chat";
import {
  accountOf,
  emptyText,
  openMessage,
  stopReasons,
  toolUse,
} from "@/lib/gateway/protocols/anthropic/answer";

function frame(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}

/**
 * Writes Messages events. The canonical events carry no block borders: a block opens with the first
 * event of its kind and closes before the next one, or at the stop.
 */
class MessageWriter implements StreamWriter {
  private index = -1;
  /** The kind of block that is open, and for a call which one. */
  private openBlock: string | null = null;
  private ending = { stop_reason: stopReasons.stop, stop_sequence: null as string | null };

  constructor(
    private readonly request: ChatRequest,
    private readonly inputTokens: number,
  ) {}

  open(): string {
    const account = { inputTokens: this.inputTokens, outputTokens: 0 };
    const none = { cacheReadTokens: 0, cacheWriteTokens: 0 };
    const message = openMessage(this.request, { ...account, ...none });
    return frame("message_start", { message }) + frame("ping", {});
  }

  event(event: ChatEvent): string {
    switch (event.type) {
      case "thinking":
        return (
          this.enter("thinking", { type: "thinking", thinking: "", signature: "" }) +
          this.delta({ type: "thinking_delta", thinking: event.text })
        );
      case "signature":
        return this.delta({ type: "signature_delta", signature: event.signature });
      case "text":
        return this.enter("text", emptyText) + this.delta({ type: "text_delta", text: event.text });
      case "tool_call":
        return this.enter(`call ${event.call}`, toolUse(event.id, event.name));
      case "arguments":
        return this.delta({ type: "input_json_delta", partial_json: event.json });
      case "stop":
        this.ending = {
          stop_reason: stopReasons[event.stopReason],
          stop_sequence: event.stopSequence,
        };
        return this.leave();
    }
  }

  private enter(block: string, content_block: object): string {
    if (this.openBlock === block) return "";
    const left = this.leave();
    this.openBlock = block;
    this.index++;
    return left + frame("content_block_start", { index: this.index, content_block });
  }

  private delta(delta: object): string {
    return frame("content_block_delta", { index: this.index, delta });
  }

  private leave(): string {
    if (this.openBlock === null) return "";
    this.openBlock = null;
    return frame("content_block_stop", { index: this.index });
  }

  usage(account: Account): string {
    return frame("message_delta", {
      delta: { ...this.ending, stop_details: null, container: null },
      usage: {
        ...accountOf(account),
        output_tokens_details: null,
        server_tool_use: null,
      },
    });
  }

  last(): string {
    return frame("message_stop", {});
  }

  error(body: Record<string, unknown>): string {
    return `event: error\ndata: ${JSON.stringify(body)}\n\n`;
  }
}

export function openStream(request: ChatRequest, inputTokens: number): StreamWriter {
  return new MessageWriter(request, inputTokens);
}
