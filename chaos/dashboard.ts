import { createServer, type IncomingMessage } from "node:http";
import { z } from "zod";
import { receiveEvent } from "@/app/api/webhooks/receive-event";
import { closeDb, connect, getDb } from "@/db/client";
import { postTransaction } from "@/lib/billing/journal";
import { verifyLedger } from "@/lib/billing/verification";
import { AppError } from "@/lib/errors";
import { undoRevoke } from "@/lib/keys/revoke-key";

// The dashboard's part in a cluster: the payment webhook and two of the verbs that people have there, in
// a small process instead of Next, which would take longer to start than a test may run.

async function readBody(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const Credit = z.object({
  workspaceId: z.string(),
  reference: z.string(),
  amountNanos: z.coerce.bigint(),
});

/** A grant; the same reference is the same grant. */
async function credit(body: Buffer): Promise<unknown> {
  const { workspaceId, reference, amountNanos } = Credit.parse(JSON.parse(body.toString()));
  return await getDb().transaction((tx) =>
    postTransaction(tx, {
      ...{ workspaceId, kind: "grant", reference, description: "Chaos" },
      entries: [
        { account: "promotions", amountNanos: -amountNanos },
        { account: "wallet", amountNanos },
      ],
    }),
  );
}

const Undo = z.object({ workspaceId: z.string(), userId: z.string(), keyId: z.string() });

async function undo(body: Buffer): Promise<unknown> {
  const { workspaceId, userId, keyId } = Undo.parse(JSON.parse(body.toString()));
  const scope = { workspaceId, userId, sessionId: "chaos", role: "owner" as const };
  try {
    await undoRevoke(getDb(), scope, { id: keyId }, { address: null, userAgent: "chaos" });
  } catch (error) {
    // An earlier attempt has done it, and its answer got lost.
    if (!(error instanceof AppError && error.code === "CONFLICT")) throw error;
  }
  return {};
}

/** The books at this instant, whatever goes on. */
async function verify(): Promise<unknown> {
  const sql = connect(process.env.DATABASE_URL ?? "", 1, 10_000);
  try {
    return await verifyLedger(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function answer(req: IncomingMessage): Promise<{ status: number; body: unknown }> {
  const body = await readBody(req);
  if (req.url === "/credit") return { status: 200, body: await credit(body) };
  if (req.url === "/undo") return { status: 200, body: await undo(body) };
  if (req.url === "/verify") return { status: 200, body: await verify() };
  const signature = req.headers["demo-signature"];
  const request = new Request("http://dashboard/api/webhooks/demo", {
    method: "POST",
    headers: typeof signature === "string" ? { "demo-signature": signature } : {},
    body: new Uint8Array(body),
  });
  const response = await receiveEvent(request, "demo");
  return { status: response.status, body: await response.json() };
}

const server = createServer((req, res) => {
  answer(req).then(
    ({ status, body }) => {
      res.writeHead(status, { "content-type": "application/json" });
      res.end(JSON.stringify(body, (_, value) => (typeof value === "bigint" ? `${value}` : value)));
    },
    (error: unknown) => {
      console.log(`failed: ${error instanceof Error ? error.message : String(error)}`);
      res.writeHead(500).end("{}");
    },
  );
});
server.listen(Number(process.env.PORT), "127.0.0.1", () => console.log("is listening"));
// As Next does: postgres.js throws where nobody can catch it when a transaction loses its server, and
// the request that met this has no answer. The provider's next delivery gets one.
process.on("uncaughtException", (error) => console.log(`dropped: ${error.message}`));
process.on("SIGTERM", () => {
  server.close();
  closeDb().finally(() => process.exit(0));
});
