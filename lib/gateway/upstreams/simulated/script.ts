import { createHash, type Hash } from "node:crypto";
import type { ChatMessage, ChatRequest, ChatTool, StopReason } from "@/lib/gateway/chat";
import { textOfMessage } from "@/lib/gateway/upstreams/simulated/count";
import { exampleOf } from "@/lib/gateway/upstreams/simulated/schema-values";
import { splitTokens } from "@/lib/models/tokens";

const slowTokens = 120;

const sentences = [
  "Nothing was sent anywhere: this answer was written by the built-in simulated model.",
  "It is deterministic, so the same request always gets the same words and the same price.",
  "Your key, your limits and your balance were checked exactly as for any other model.",
  "Point the model at a real upstream and the same code keeps working.",
  "Streaming, stop sequences and token limits behave as the protocol says they should.",
  "The usage of this request is on the dashboard by the time you read this.",
];

/** One choice, written out before it is sent. */
export interface Script {
  /** What it thinks aloud first, in tokens; nothing where nobody asked. */
  thinking: string[];
  signature: string;
  /** Text, or the arguments of a call. */
  tokens: string[];
  call: { id: string; name: string } | null;
  stopReason: StopReason;
  stopSequence: string | null;
}

/** What answers are picked by: the same for the same model and messages. */
export function digestOf(chat: ChatRequest, model: string): Hash {
  const hash = createHash("sha256").update(model);
  for (const message of chat.messages) {
    const text = textOfMessage(message);
    hash.update(`\n${message.role} ${text.length}\n`).update(text);
  }
  return hash;
}

function brief(text: string, max: number): string {
  const clean = text.slice(0, 500).toWellFormed().replace(/\s+/g, " ").trim();
  return clean.length > max ? `${clean.slice(0, max).toWellFormed()}…` : clean;
}

function lastOf(chat: ChatRequest, role: ChatMessage["role"]): ChatMessage | null {
  return chat.messages.findLast((message) => message.role === role) ?? null;
}

/** The words of the user's last turn, without what came with it. */
function askedText(chat: ChatRequest): string {
  const message = lastOf(chat, "user");
  return message ? textOfMessage(message) : "";
}

/** Results that the caller's tools have just given. */
function freshResults(chat: ChatRequest): string | null {
  const turn: ChatMessage[] = [];
  for (const message of chat.messages.toReversed()) {
    if (message.role === "assistant") break;
    turn.unshift(message);
  }
  const results = turn.filter((message) => message.role === "tool");
  return results.length === 0 ? null : results.map(textOfMessage).join("; ");
}

function mediaOf(chat: ChatRequest): string {
  const parts = lastOf(chat, "user")?.parts ?? [];
  const images = parts.filter((part) => part.type === "image").length;
  const documents = parts.filter((part) => part.type === "document").length;
  const counted = [
    ...(images > 0 ? [`${images} ${images === 1 ? "image" : "images"}`] : []),
    ...(documents > 0 ? [`${documents} ${documents === 1 ? "document" : "documents"}`] : []),
  ];
  return counted.length === 0 ? "" : ` With it came ${counted.join(" and ")}.`;
}

/** The whole answer to a request. */
function compose(chat: ChatRequest, model: string, digest: Buffer): string {
  const start = digest.readUInt8(0) % sentences.length;
  const count = 3 + (digest.readUInt8(1) % 3);
  const chosen = Array.from(
    { length: count },
    (_, i) => sentences[(start + i) % sentences.length] ?? "",
  );
  const results = freshResults(chat);
  const opening =
    results === null
      ? `You wrote: “${brief(askedText(chat), 120)}”${mediaOf(chat)}`
      : `The tool answered: ${brief(results, 400)}`;
  return [`This is ${model}, simulated.`, opening, ...chosen].join(" ");
}

function slowText(): string {
  return Array.from({ length: slowTokens }, (_, i) => `tick${i % 10}`).join(" ");
}

const emptyWords = new Set(["call", "fetch", "find", "from", "function", "tool", "with", "your"]);

/** Whether a text asks for a tool: by its name, by a word of its name, or in so many words. */
function asksFor(text: string, tool: ChatTool): boolean {
  const lower = text.toLowerCase();
  if (/\b(call|use)\b[^.?!]{0,40}\btools?\b/.test(lower)) return true;
  if (lower.includes(tool.name.toLowerCase())) return true;
  const words = tool.name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.some((word) => {
    if (word.length < 4 || emptyWords.has(word)) return false;
    // Near enough for "calculate" to mean "calculator".
    return lower.includes(word.slice(0, Math.max(4, word.length - 3)));
  });
}

/**
 * The tool that a request is answered with. A forced choice is honoured, but once a result is there
 * the answer is text, so that a program which sends the same choice every time comes to an end.
 */
function chooseTool(chat: ChatRequest): ChatTool | null {
  if (freshResults(chat) !== null) return null;
  const choice = chat.toolChoice;
  const text = askedText(chat).slice(0, 10_000);
  const asked = chat.tools.find((tool) => asksFor(text, tool)) ?? null;
  switch (choice.type) {
    case "none":
      return null;
    case "auto":
      return asked;
    case "required":
      return asked ?? chat.tools[0] ?? null;
    case "tool":
      return chat.tools.find((tool) => tool.name === choice.name) ?? null;
  }
}

function textFor(chat: ChatRequest, model: string, digest: Buffer, planned: Planned): string {
  if (model === "mock-slow") return slowText();
  if (planned.json !== null) return planned.json;
  const text = compose(chat, model, digest);
  return chat.format.type === "json" ? JSON.stringify({ answer: text }) : text;
}

/** Cuts a text before the first stop sequence in it. */
function cutAtStop(text: string, stop: string[]): { text: string; sequence: string | null } {
  let end = text.length;
  let sequence: string | null = null;
  for (const candidate of stop) {
    const at = text.indexOf(candidate);
    if (at >= 0 && at < end) {
      end = at;
      sequence = candidate;
    }
  }
  return { text: text.slice(0, end), sequence };
}

/** A tool with the arguments it is called with: the same for every choice. */
export interface PlannedCall {
  name: string;
  arguments: string[];
}

/** What is the same for every choice, and so worked out once. */
export interface Planned {
  /** The call that a request is answered with, null where it gets text. */
  call: PlannedCall | null;
  /** The text by the schema that was asked for, null where none was. */
  json: string | null;
}

export function planAnswer(chat: ChatRequest): Planned {
  const tool = chooseTool(chat);
  if (tool) {
    const call = {
      name: tool.name,
      arguments: splitTokens(JSON.stringify(exampleOf(tool.parameters))),
    };
    return { call, json: null };
  }
  const { format } = chat;
  const json = format.type === "json_schema" ? JSON.stringify(exampleOf(format.schema)) : null;
  return { call: null, json };
}

/** What a choice says, thinks and calls, within `maxTokens`. */
export function writeScript(
  chat: ChatRequest,
  model: string,
  maxTokens: number,
  digest: Buffer,
  planned: Planned,
): Script {
  const thinking =
    chat.thinkingTokens === null
      ? []
      : splitTokens(`${model} weighs what was asked before it answers.`).slice(
          0,
          Math.min(chat.thinkingTokens, maxTokens),
        );
  const left = maxTokens - thinking.length;
  const signature = digest.toString("base64");
  if (planned.call) {
    const prefix = chat.original?.protocol === "anthropic" ? "toolu" : "call";
    const all = planned.call.arguments;
    return {
      thinking,
      signature,
      tokens: all.slice(0, left),
      call: { id: `${prefix}_${digest.toString("hex").slice(0, 24)}`, name: planned.call.name },
      stopReason: all.length > left ? "length" : "tool_call",
      stopSequence: null,
    };
  }
  const cut = cutAtStop(textFor(chat, model, digest, planned), chat.stop);
  const all = splitTokens(cut.text);
  const isCut = all.length > left;
  return {
    thinking,
    signature,
    tokens: all.slice(0, left),
    call: null,
    stopReason: isCut ? "length" : cut.sequence === null ? "stop" : "stop_sequence",
    stopSequence: isCut ? null : cut.sequence,
  };
}
