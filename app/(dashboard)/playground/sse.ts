/** One event of a stream of server-sent events. */
export interface SseEvent {
  /** Empty where the event has no name. */
  name: string;
  data: string;
}

/**
 * Reads events out of a stream's text as it comes, in whatever pieces. What follows the last blank line
 * waits for the next piece.
 */
export class SseReader {
  private rest = "";

  read(piece: string): SseEvent[] {
    // A carriage return at the end may have its line feed in the next piece.
    const text = this.rest + piece;
    const end = text.endsWith("\r") ? text.length - 1 : text.length;
    const blocks = text.slice(0, end).replace(/\r\n?/g, "\n").split("\n\n");
    this.rest = (blocks.pop() ?? "") + text.slice(end);
    return blocks.flatMap((block) => parseBlock(block) ?? []);
  }
}

function parseBlock(block: string): SseEvent | null {
  let name = "";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const [field = ""] = line.split(":", 1);
    const value = line.slice(field.length + 1).replace(/^ /, "");
    if (field === "data") data.push(value);
    else if (field === "event") name = value;
  }
  return data.length === 0 ? null : { name, data: data.join("\n") };
}
