/** One event of a stream, as it is dispatched: `data` lines joined by line feeds. */
export interface SseEvent {
  /** The `event` field; empty where there was none. */
  type: string;
  data: string;
}

/** A stream that can't be server-sent events, or means to fill the memory. */
export class SseError extends Error {}

/** What a line may have, and what the data of one event may have, in characters. */
const lineMax = 1_000_000;
const dataMax = 4_000_000;

/**
 * Reads `text/event-stream` by the rules of the HTML standard
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream): lines end
 * with CRLF, LF or CR, one byte order mark is dropped, comments and unknown fields are ignored, `id` and
 * `retry` mean nothing here, and an event that no blank line closes is never dispatched.
 */
export class SseParser {
  private readonly decoder = new TextDecoder();
  private rest = "";
  /** The last line ended with a CR: an LF that follows belongs to it. */
  private isAfterCr = false;
  private type = "";
  private data: string[] = [];
  private dataLength = 0;

  /** The events that these bytes complete. Throws SseError for a line or an event that is too long. */
  push(bytes: Uint8Array): SseEvent[] {
    let text = this.decoder.decode(bytes, { stream: true });
    if (text === "") return [];
    if (this.isAfterCr && text.startsWith("\n")) text = text.slice(1);
    this.isAfterCr = text === "" ? false : text.endsWith("\r");
    const lines = (this.rest + text).split(/\r\n|\n|\r/);
    this.rest = lines.pop() ?? "";
    const events: SseEvent[] = [];
    for (const line of lines) {
      this.checkLine(line);
      const event = this.takeLine(line);
      if (event) events.push(event);
    }
    this.checkLine(this.rest);
    return events;
  }

  private checkLine(line: string): void {
    if (line.length > lineMax) throw new SseError("a line is too long");
  }

  private takeLine(line: string): SseEvent | null {
    if (line === "") return this.dispatch();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const from = line[colon + 1] === " " ? colon + 2 : colon + 1;
    const value = colon < 0 ? "" : line.slice(from);
    if (field === "event") this.type = value;
    if (field === "data") {
      this.data.push(value);
      this.dataLength += value.length + 1;
      if (this.dataLength > dataMax) throw new SseError("an event is too long");
    }
    return null;
  }

  private dispatch(): SseEvent | null {
    const event = this.data.length === 0 ? null : { type: this.type, data: this.data.join("\n") };
    this.type = "";
    this.data = [];
    this.dataLength = 0;
    return event;
  }
}
