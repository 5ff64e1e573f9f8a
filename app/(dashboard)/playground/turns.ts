import { type ChatMessage, type TurnRole, turnRoles } from "@/app/(dashboard)/playground/chat-body";
import { type Receipt, readReceipt } from "@/app/(dashboard)/playground/failure";
import { fieldOf, parseJson, textOf } from "@/app/(dashboard)/playground/json-fields";

/** One message of the conversation. */
export interface Turn {
  id: number;
  role: TurnRole;
  text: string;
  /** Of an answer. */
  requestId: string | null;
  receipt: Receipt | null;
  /** It isn't all of the answer. */
  end: "stopped" | "broken" | null;
}

/** What of the page is kept in the tab over a reload. */
export interface Conversation {
  system: string;
  draft: string;
  turns: Turn[];
}

export const emptyConversation: Conversation = { system: "", draft: "", turns: [] };

export function newTurn(turns: readonly Turn[], role: TurnRole, text: string): Turn {
  const id = turns.reduce((max, turn) => Math.max(max, turn.id), 0) + 1;
  return { id, role, text, requestId: null, receipt: null, end: null };
}

/** The messages as the API gets them; those without a word are left out. */
export function toMessages({
  system,
  turns,
}: Pick<Conversation, "system" | "turns">): ChatMessage[] {
  const messages: ChatMessage[] = turns.map(({ role, text }) => ({ role, content: text }));
  const all: ChatMessage[] = [{ role: "system", content: system }, ...messages];
  return all.filter(({ content }) => content.trim() !== "");
}

function readTurn(thing: unknown, id: number): Turn | null {
  const text = textOf(thing, "text");
  const role = turnRoles.find((name) => name === textOf(thing, "role"));
  if (text === null || role === undefined) return null;
  const end = textOf(thing, "end");
  return {
    id,
    role,
    text,
    requestId: textOf(thing, "requestId"),
    receipt: readReceipt(fieldOf(thing, "receipt")),
    end: end === "stopped" || end === "broken" ? end : null,
  };
}

/** Reads what was kept; what can't be read is left out. */
export function readConversation(text: string | null): Conversation {
  const kept = text === null ? null : parseJson(text);
  const turns = fieldOf(kept, "turns");
  return {
    system: textOf(kept, "system") ?? "",
    draft: textOf(kept, "draft") ?? "",
    turns: Array.isArray(turns) ? turns.flatMap((turn, i) => readTurn(turn, i + 1) ?? []) : [],
  };
}
