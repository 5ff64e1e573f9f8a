import { createServer, type IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { endTogether, writeTogether } from "@/lib/gateway/corked";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

type Answer = (res: ServerResponse<IncomingMessage>) => Promise<void>;

/** The exact bytes of the body of an answer, to the end of the connection. */
async function bodyOf(answer: Answer): Promise<string> {
  const server = createServer((_req, res) => answer(res));
  closers.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.on("data", (bytes) => {
      text += bytes.toString();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text.slice(text.indexOf("\r\n\r\n") + 4)));
    socket.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  });
}

test("an answer's last frames come before the end of its body, in whichever turn they are written", async () => {
  const atOnce = await bodyOf(async (res) => {
    for (const frame of ["one\n", "two\n", "three\n"]) writeTogether(res, frame);
    endTogether(res);
  });
  expect(atOnce).toMatch(/one\n[\s\S]*two\n[\s\S]*three\n\r\n0\r\n\r\n$/);

  const inTurns = await bodyOf(async (res) => {
    for (const frame of ["one\n", "two\n", "three\n"]) {
      await nextTurn();
      writeTogether(res, frame);
    }
    endTogether(res);
  });
  expect(inTurns).toMatch(/one\n[\s\S]*two\n[\s\S]*three\n\r\n0\r\n\r\n$/);
});

test("nothing is corked any more when an answer is ended: versions of Node differ in what becomes of it", async () => {
  const corked: number[] = [];
  const end = vi.spyOn(ServerResponse.prototype, "end");
  closers.push(() => end.mockRestore());
  await bodyOf(async (res) => {
    end.mockImplementationOnce(() => {
      corked.push(res.writableCorked);
      end.mockRestore();
      return res.end();
    });
    writeTogether(res, "one\n");
    await nextTurn();
    writeTogether(res, "two\n");
    endTogether(res);
  });
  expect(corked).toEqual([0]);
});
