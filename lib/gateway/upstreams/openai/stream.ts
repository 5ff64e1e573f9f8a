import { z } from "zod";
import type { ChatRequest, JsonObject } from "@/lib/gateway/chat";
import {
  billedUsage,
  stopReasonOf,
  thoughtFields,
  usageOf,
} from "@/lib/gateway/upstreams/openai/answer";
import {
  failureOfError,
  failureOfErrorEvent,
  garbage,
  readErrorBody,
} from "@/lib/gateway/upstreams/provider-failure";
import type { SseEvent } from "@/lib/gateway/upstreams/sse";
import type { UpstreamEvent } from "@/lib/gateway/upstreams/upstream";
import { countPiece, type StreamReader } from "@/lib/gateway/upstreams/wire";
import { newId } from "@/lib/id";

const Text = z.string().nullish();

const Call = z.looseObject({ name: Text, arguments: Text });

const Delta = z.looseObject({
  content: Text,
  refusal: Text,
  ...thoughtFields,
  tool_calls: z
    .array(
      z.looseObject({
        index: z.int().nonnegative().max(127).catch(0),
        id: Text,
        function: Call.nullish(),
      }),
    )
    .nullish(),
  function_call: Call.nullish(),
});
type Delta = z.infer<typeof Delta>;

const Chunk = z.looseObject({
  choices: z.array(
    z.looseObject({
      index: z.int().nonnegative().max(127),
      delta: Delta.nullish(),
      finish_reason: Text,
    }),
  ),
});
type Chunk = z.infer<typeof Chunk>;

/**
 * Whether a chunk is of the kind that nearly all are, a piece of text and nothing else: told by hand, at
 * a tenth of what the schema takes. It says no to much that the schema takes, and yes to nothing else.
 */
function isPlainChunk(raw: unknown): raw is Chunk {
  if (typeof raw !== "object" || raw === null || !("choices" in raw)) return false;
  return Array.isArray(raw.choices) && raw.choices.every(isPlainChoice);
}

function isPlainChoice(choice: unknown): boolean {
  if (typeof choice !== "object" || choice === null) return false;
  if (!("index" in choice) || !Number.isInteger(choice.index)) return false;
  const index = Number(choice.index);
  const finish = "finish_reason" in choice ? choice.finish_reason : null;
  const delta = "delta" in choice ? choice.delta : null;
  return index >= 0 && index <= 127 && isText(finish) && (delta == null || isPlainDelta(delta));
}

const textFields = ["content", "refusal", "reasoning", "reasoning_content"];

function isPlainDelta(delta: unknown): boolean {
  if (typeof delta !== "object" || delta === null || Array.isArray(delta)) return false;
  for (const [name, value] of Object.entries(delta)) {
    if (textFields.includes(name) && !isText(value)) return false;
    if ((name === "tool_calls" || name === "function_call") && value != null) return false;
  }
  return true;
}

function isText(value: unknown): boolean {
  return value == null || typeof value === "string";
}

/** A call with the arguments that wait until those before it are whole. */
interface OpenCall {
  id: string;
  name: string;
  waiting: string;
}

function callsIn(delta: Delta) {
  const legacy = delta.function_call;
  return [
    ...(delta.tool_calls ?? []),
    ...(legacy ? [{ index: 0, id: null, function: legacy }] : []),
  ];
}

function thoughtOf(delta: Delta): string {
  return delta.reasoning_content ?? delta.reasoning ?? "";
}

function tokensIn(delta: Delta | null | undefined): number {
  if (!delta) return 0;
  return [
    thoughtOf(delta),
    `${delta.content ?? ""}${delta.refusal ?? ""}`,
    ...callsIn(delta).flatMap((call) => [
      call.function?.name ?? "",
      call.function?.arguments ?? "",
    ]),
  ].reduce((sum, piece) => sum + countPiece(piece), 0);
}

function frame(data: JsonObject): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** Reads one choice of a stream into our events. */
class ChoiceReader {
  private readonly calls: OpenCall[] = [];
  private isStopped = false;

  constructor(private readonly choice: number) {}

  take(delta: Delta | null | undefined, finish: string | null | undefined): UpstreamEvent[] {
    const events = delta ? this.say(delta) : [];
    return finish ? [...events, ...this.stop(finish)] : events;
  }

  private say(delta: Delta): UpstreamEvent[] {
    const { choice } = this;
    const events: UpstreamEvent[] = [];
    const thought = thoughtOf(delta);
    if (thought !== "") {
      events.push({ type: "thinking", choice, text: thought, tokens: countPiece(thought) });
    }
    const text = `${delta.content ?? ""}${delta.refusal ?? ""}`;
    if (text !== "") events.push({ type: "text", choice, text, tokens: countPiece(text) });
    for (const call of callsIn(delta)) events.push(...this.call(call));
    return events;
  }

  private call({ index, id, function: f }: ReturnType<typeof callsIn>[number]): UpstreamEvent[] {
    const { choice } = this;
    const name = f?.name ?? "";
    const json = f?.arguments ?? "";
    const known = this.calls[index];
    if (!known) {
      if (name === "" || index !== this.calls.length) throw garbage("a call without a name");
      this.calls.push({ id: id || newId("toolCall"), name, waiting: index === 0 ? "" : json });
      if (index > 0) return [];
      const opened = {
        type: "tool_call" as const,
        choice,
        call: 0,
        id: this.calls[0]?.id ?? "",
        name,
      };
      return json === "" ? [opened] : [opened, this.argumentsOf(0, json)];
    }
    if (json === "") return [];
    if (index === 0) return [this.argumentsOf(0, json)];
    // The first call is handed on as it comes; others may be told in between, and wait for its end.
    known.waiting += json;
    return [];
  }

  private argumentsOf(call: number, json: string): UpstreamEvent {
    return { type: "arguments", choice: this.choice, call, json, tokens: countPiece(json) };
  }

  stop(finish: string | null): UpstreamEvent[] {
    if (this.isStopped) return [];
    this.isStopped = true;
    const { choice } = this;
    const waiting = this.calls
      .slice(1)
      .flatMap(({ id, name, waiting: json }, i): UpstreamEvent[] => [
        { type: "tool_call", choice, call: i + 1, id, name },
        this.argumentsOf(i + 1, json),
      ]);
    // Some say stop where a call ends the answer.
    const reason = stopReasonOf(finish);
    const stopReason = reason === "stop" && this.calls.length > 0 ? "tool_call" : reason;
    return [...waiting, { type: "stop", choice, stopReason, stopSequence: null }];
  }
}

/** Reads `chat.completion.chunk` events: handed on frame by frame to OpenAI's clients, else translated. */
class ChunkReader implements StreamReader {
  isComplete = false;
  private readonly choices = new Map<number, ChoiceReader>();
  /** The frame that tells usage is written last, with what is billed. */
  private head: JsonObject = {};
  private usage: unknown = null;

  constructor(private readonly chat: ChatRequest) {}

  take({ type, data }: SseEvent): UpstreamEvent[] {
    if (this.isComplete) return [];
    if (type === "error") throw failureOfErrorEvent(data);
    // Kept alive, and nothing said: the official clients would crash on it.
    if (data.trim() === "") return [];
    if (data.trim() === "[DONE]") {
      this.isComplete = true;
      return this.end();
    }
    const chunk = this.parse(data);
    const usage = usageOf(chunk);
    const events: UpstreamEvent[] = usage ? [{ type: "usage", usage }] : [];
    if (usage) this.usage = chunk.usage;
    return [...events, ...(this.isSame ? this.pass(chunk) : this.translate(chunk))];
  }

  private get isSame(): boolean {
    return this.chat.original?.protocol === "openai";
  }

  private parse(data: string): Chunk {
    let raw: unknown;
    try {
      raw = JSON.parse(data);
    } catch {
      throw garbage("a frame that is no JSON");
    }
    const error = readErrorBody(raw);
    if (error) throw failureOfError(error);
    if (isPlainChunk(raw)) return raw;
    const chunk = Chunk.safeParse(raw);
    if (!chunk.success) throw garbage("a frame that is no chunk");
    return chunk.data;
  }

  private pass(chunk: Chunk): UpstreamEvent[] {
    const { usage: _, ...rest } = chunk;
    const head = { ...rest, model: this.chat.model };
    this.head = head;
    if (chunk.choices.length === 0) return [];
    const told = this.chat.includeUsage ? { ...head, usage: null } : head;
    const tokens = chunk.choices.reduce((sum, choice) => sum + tokensIn(choice.delta), 0);
    return [{ type: "frame", tokens, write: () => frame(told) }];
  }

  private translate(chunk: Chunk): UpstreamEvent[] {
    return chunk.choices.flatMap(({ index, delta, finish_reason }) => {
      const choice = this.choices.get(index) ?? new ChoiceReader(index);
      this.choices.set(index, choice);
      return choice.take(delta, finish_reason);
    });
  }

  private end(): UpstreamEvent[] {
    if (!this.isSame) return [...this.choices.values()].flatMap((choice) => choice.stop(null));
    if (!this.chat.includeUsage) return [];
    const write = (billed: Parameters<typeof billedUsage>[1]) =>
      frame({ ...this.head, choices: [], usage: billedUsage(this.usage, billed) });
    return [{ type: "frame", tokens: 0, write }];
  }
}

export function readStream(chat: ChatRequest): StreamReader {
  return new ChunkReader(chat);
}
