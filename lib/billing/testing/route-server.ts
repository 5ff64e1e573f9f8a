import { once } from "node:events";
import { createServer } from "node:http";

/** Serves a route's handler over HTTP, for what insists on an address. */
export async function serveRoute(handler: (request: Request) => Promise<Response>) {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const headers = new Headers();
    for (const [name, value] of Object.entries(incoming.headers)) {
      if (typeof value === "string") headers.set(name, value);
    }
    const body = new Uint8Array(Buffer.concat(chunks));
    const method = incoming.method ?? "POST";
    const answer = await handler(
      new Request("http://localhost/webhook", { method, headers, body }),
    );
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}/webhook`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
