import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** A request as a receiver got it. */
export interface Received {
  headers: Record<string, string>;
  body: string;
  path: string;
}

export type Behaviour = (
  response: ServerResponse,
  received: Received,
  request: IncomingMessage,
) => void;

/** Answers every request with a status and nothing else. */
export const answers =
  (status: number, headers: Record<string, string> = {}, body = ""): Behaviour =>
  (response) =>
    response.writeHead(status, headers).end(body);

export interface Receiver {
  url: string;
  /** Everything that came, in its order. */
  received: Received[];
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

/** A real HTTP server that stands for a customer's. */
export async function startReceiver(behaviour: Behaviour = answers(204)): Promise<Receiver> {
  const received: Received[] = [];
  let current = behaviour;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) =>
        typeof value === "string" ? [[name, value] as const] : [],
      ),
    );
    const seen = { headers, body: Buffer.concat(chunks).toString(), path: request.url ?? "" };
    received.push(seen);
    current(response, seen, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("the receiver has no port");
  return {
    url: `http://127.0.0.1:${address.port}/hooks`,
    received,
    behave(next) {
      current = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
