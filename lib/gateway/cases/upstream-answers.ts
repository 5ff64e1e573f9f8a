import { setTimeout as delay } from "node:timers/promises";
import type { ProtocolName } from "@/lib/gateway/chat";
import { mockBody, mockFrames } from "@/lib/gateway/testing/mock-upstream";
import {
  type RawAnswer,
  type RawHeaders,
  type RawRequest,
  spellAnswer,
  spellChunk,
  spellHead,
} from "@/lib/gateway/testing/raw-upstream";

export const jsonType = ["content-type", "application/json"] as const;
export const streamType = ["content-type", "text/event-stream"] as const;

/** Answers with these bytes and keeps the connection. */
export const bytes =
  (data: string | Buffer): RawAnswer =>
  (socket) => {
    socket.write(data);
  };

/** Answers with these bytes and closes the connection. */
export const bytesThenEnd =
  (data: string | Buffer): RawAnswer =>
  (socket) => {
    socket.end(data);
  };

export const status =
  (code: number | string, body: string | Buffer, headers: RawHeaders = [jsonType]) =>
  (): RawAnswer =>
    bytes(spellAnswer(code, body, headers));

const wantsStream = ({ body }: RawRequest): boolean => body.stream === true;

/** The mock's own answer, whole or as a stream. */
export const good =
  (protocol: ProtocolName): RawAnswer =>
  (socket, request) => {
    socket.write(
      wantsStream(request)
        ? spellStream(mockFrames(protocol))
        : spellAnswer(200, mockBody(protocol)),
    );
  };

/** A stream in chunks, ended as it should be. */
export function spellStream(
  frames: readonly (string | Buffer)[],
  headers: RawHeaders = [],
): Buffer {
  return Buffer.concat([
    openStream(headers),
    ...frames.filter((frame) => frame.length > 0).map(spellChunk),
    spellChunk(""),
  ]);
}

export function openStream(headers: RawHeaders = []): Buffer {
  return spellHead(200, [streamType, ["transfer-encoding", "chunked"], ...headers]);
}

/** A good stream with something else from the frame with this number on. */
export const streamWith =
  (change: (frames: string[]) => readonly (string | Buffer)[]) =>
  (protocol: ProtocolName): RawAnswer =>
    bytes(spellStream(change(mockFrames(protocol))));

/** Where frames are about half-way: some words are out. */
export const middle = { openai: 4, anthropic: 5 } as const;

/** A good stream with a frame put in where some words are out. */
export const inTheMiddle =
  (frame: string | Buffer) =>
  (protocol: ProtocolName): RawAnswer => {
    const frames: (string | Buffer)[] = mockFrames(protocol);
    frames.splice(middle[protocol], 0, frame);
    return bytes(spellStream(frames));
  };

/** A good stream until some words are out; then `end` has the socket. */
export const brokenOff =
  (end: (socket: Parameters<RawAnswer>[0], next: string) => void) =>
  (protocol: ProtocolName): RawAnswer =>
  async (socket) => {
    const frames = mockFrames(protocol);
    const sent = frames.slice(0, middle[protocol]).map(spellChunk);
    socket.write(Buffer.concat([openStream(), ...sent]));
    // A reset takes with it what hasn't left yet.
    await delay(20);
    end(socket, frames[middle[protocol]] ?? "");
  };

/** First these, one after the other, then the mock's own answer; the last one stays where there is none. */
export const inTurn =
  (...answers: ((protocol: ProtocolName) => RawAnswer)[]) =>
  (protocol: ProtocolName): RawAnswer => {
    let count = 0;
    return (socket, request) =>
      (answers[count++ % answers.length] ?? good)(protocol)(socket, request);
  };
