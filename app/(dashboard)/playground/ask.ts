import type { ChatBody } from "@/app/(dashboard)/playground/chat-body";
import {
  brokenOff,
  type Failure,
  offline,
  type Receipt,
  readFailure,
  readReceipt,
  streamFailure,
} from "@/app/(dashboard)/playground/failure";
import { fieldOf, parseJson, textOf } from "@/app/(dashboard)/playground/json-fields";
import { SseReader } from "@/app/(dashboard)/playground/sse";

export interface AskListener {
  /** The API has answered: its status and headers, as text. */
  onHead(head: { requestId: string | null; text: string }): void;
  /** The next piece of the body, as it came. */
  onRaw(piece: string): void;
  /** The next piece of the answer. */
  onText(piece: string): void;
}

const apiPrefix = "api-";

/**
 * Puts a question to the API in the name of a key, and tells what comes as it comes. Answers null when
 * the answer is complete, else why it isn't. Throws when `signal` has ended it.
 */
export async function ask(
  keyId: string,
  body: ChatBody,
  signal: AbortSignal,
  listener: AskListener,
): Promise<Failure | null> {
  const response = await fetch("/playground/answer", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ keyId, body }),
    signal,
  }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    return null;
  });
  if (!response) return offline();
  const requestId = response.headers.get(`${apiPrefix}x-request-id`);
  // Without one it was the dashboard that refused, and there is no answer of the API to show.
  if (requestId !== null) listener.onHead({ requestId, text: headText(response) });
  try {
    if (body.stream && response.ok) return await readStream(response, requestId, listener);
    return await readWhole(response, requestId, listener);
  } catch (error) {
    if (signal.aborted) throw error;
    return brokenOff(requestId);
  }
}

function headText(response: Response): string {
  const headers = [...response.headers].flatMap(([name, value]) =>
    name.startsWith(apiPrefix) ? [`${name.slice(apiPrefix.length)}: ${value}`] : [],
  );
  return [`HTTP/1.1 ${response.status}`, ...headers].join("\n");
}

async function readWhole(
  response: Response,
  requestId: string | null,
  listener: AskListener,
): Promise<Failure | null> {
  const text = await response.text();
  const body = parseJson(text);
  if (requestId !== null) {
    listener.onRaw(body === null ? text : JSON.stringify(body, null, 2));
  }
  if (!response.ok) return readFailure(response.status, response.headers, text);
  const message = fieldOf(fieldOf(fieldOf(body, "choices"), 0), "message");
  listener.onText(textOf(message, "content") ?? "");
  return null;
}

async function readStream(
  response: Response,
  requestId: string | null,
  listener: AskListener,
): Promise<Failure | null> {
  if (!response.body) return brokenOff(requestId);
  const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const events = new SseReader();
  for (;;) {
    const { value, done } = await pieces.read();
    // The last event says that the answer is complete; an end without it isn't one.
    if (done) return brokenOff(requestId);
    listener.onRaw(value);
    for (const { name, data } of events.read(value)) {
      if (name === "error") return streamFailure(data, response.status, requestId);
      if (data === "[DONE]") return null;
      const delta = fieldOf(fieldOf(fieldOf(parseJson(data), "choices"), 0), "delta");
      const text = textOf(delta, "content");
      if (text) listener.onText(text);
    }
  }
}

const receiptAttempts = 8;
const receiptWaitMs = 300;

/** What a request cost; asked for again while it is being settled. Null where it can't be told. */
export async function askReceipt(requestId: string): Promise<Receipt | null> {
  for (let attempt = 0; attempt < receiptAttempts; attempt++) {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, receiptWaitMs * attempt));
    const response = await fetch(`/playground/receipt?request=${requestId}`).catch(() => null);
    const receipt = readReceipt(response?.ok ? await response.json().catch(() => null) : null);
    if (receipt) return receipt;
  }
  return null;
}
