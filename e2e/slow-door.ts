import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const pieceBytes = 3_000;
/** Long enough for the browser to draw what it has. */
const pauseMs = 40;

export interface SlowDoor {
  origin: string;
  close(): void;
}

/** A way to the dashboard by which pages come in pieces, as over a slow line, and everything else as it is. */
export async function openSlowDoor(dashboard: string): Promise<SlowDoor> {
  const { host, hostname, port } = new URL(dashboard);
  const server = createServer((asked, answer) => {
    const { url: path = "/", method = "GET" } = asked;
    const headers = { ...asked.headers, host, "accept-encoding": "identity" };
    const onward = request({ hostname, port, path, method, headers }, async (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      if (!response.headers["content-type"]?.startsWith("text/html")) return response.pipe(answer);
      for (const piece of await piecesOf(response)) {
        answer.write(piece);
        await sleep(pauseMs);
      }
      answer.end();
    });
    onward.on("error", () => answer.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port: own } = server.address() as AddressInfo;
  return { origin: `http://localhost:${own}`, close: () => close(server) };
}

async function piecesOf(response: IncomingMessage): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const count = Math.ceil(body.length / pieceBytes);
  return Array.from({ length: count }, (_, i) =>
    body.subarray(i * pieceBytes, (i + 1) * pieceBytes),
  );
}

function close(server: Server): void {
  server.close();
  server.closeAllConnections();
}
