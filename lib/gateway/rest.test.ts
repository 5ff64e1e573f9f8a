import { request } from "node:http";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { type RunningGateway, startGateway } from "@/lib/gateway/server";
import {
  createTenant,
  createTestKey,
  type Tenant,
  testSettings,
} from "@/lib/gateway/testing/gateway";

let database: TestDatabase;
let gateway: RunningGateway;
let tenant: Tenant;
let secret: string;

/** The way from the gateway to PostgreSQL, which can be cut. */
class Line {
  private isCut = false;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  constructor(target: () => URL) {
    this.server = createServer((client) => {
      if (this.isCut) return client.destroy();
      const far = connect(Number(target().port), target().hostname);
      for (const [from, to] of [
        [client, far],
        [far, client],
      ] as const) {
        this.sockets.add(from);
        from.pipe(to);
        from.on("error", () => to.destroy());
        from.on("close", () => to.destroy());
      }
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    const address = this.server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  mend(): void {
    this.isCut = false;
  }

  close(): void {
    this.cut();
    this.server.close();
  }
}

const line = new Line(() => new URL(database.url));

beforeAll(async () => {
  database = await createTestDatabase();
  const url = new URL(database.url);
  url.port = String(await line.listen());
  gateway = await startGateway({ databaseUrl: url.toString(), port: 0, settings: testSettings });
  tenant = await createTenant(database.sql, { planId: "enterprise" });
  secret = (await createTestKey(database.sql, tenant, { scopes: ["read", "write"] })).secret;
});
afterAll(async () => {
  await gateway.stop(1_000);
  line.close();
  await database.drop();
});

async function send(method: string, path: string, body?: string, headers = {}) {
  const startedAtMs = performance.now();
  const response = await fetch(`http://127.0.0.1:${gateway.port}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${secret}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const tookMs = performance.now() - startedAtMs;
  const { status } = response;
  return { status, tookMs, headers: response.headers, body: await response.json() };
}

const compute = JSON.stringify({ name: "My Resource", type: "compute" });

describe("a body", () => {
  const broken: [string, string, number, string][] = [
    ["D01 empty", "", 400, "INVALID_JSON"],
    ["D02 cut off", "{", 400, "INVALID_JSON"],
    ["D04 a trailing comma", '{"name":"A",}', 400, "INVALID_JSON"],
    ["D10 a list", "[]", 400, "VALIDATION_ERROR"],
    ["D10 null", "null", 400, "VALIDATION_ERROR"],
    ["D11 a name twice", '{"name":"A","name":"B","type":"t"}', 400, "INVALID_JSON"],
    ["D08 half a surrogate", '{"name":"\\ud800","type":"t"}', 400, "VALIDATION_ERROR"],
    [
      "D13 a prototype's name",
      '{"name":"A","type":"t","config":{"constructor":{"prototype":{"x":1}}}}',
      400,
      "VALIDATION_ERROR",
    ],
    ["D14 10,000 levels", `{"config":${"[".repeat(10_000)}`, 400, "INVALID_JSON"],
  ];
  it.each(broken)("%s is refused in the REST dialect", async (_name, body, status, code) => {
    const answer = await send("POST", "/v1/resources", body);
    expect([answer.status, answer.body.success, answer.body.error.code]).toEqual([
      ...[status, false, code],
    ]);
  });

  it("D19, D20, D22 of another type is 415", async () => {
    for (const type of ["text/plain", "", "application/x-www-form-urlencoded"]) {
      const answer = await send("POST", "/v1/resources", compute, { "content-type": type });
      expect([type, answer.status]).toEqual([type, 415]);
    }
  });

  it("A29 of a GET isn't looked at", async () => {
    const bytes = Buffer.from("{ not json");
    const answer = await new Promise<number>((resolve, reject) => {
      const sent = request(
        `http://127.0.0.1:${gateway.port}/v1/resources`,
        { headers: { authorization: `Bearer ${secret}`, "content-length": bytes.length } },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      sent.on("error", reject);
      sent.end(bytes);
    });
    expect(answer).toBe(200);
  });

  it("is judged only for keys that may call the route: a bad key never learns what is wrong", async () => {
    const reader = await createTestKey(database.sql, tenant, { scopes: ["read"] });
    const headers = { authorization: `Bearer ${reader.secret}` };
    expect((await send("POST", "/v1/resources", "{", headers)).status).toBe(403);
  });
});

it("C16, A34 unknown paths are 404 with a key and 401 without; other methods name those there are", async () => {
  expect((await send("GET", "/v1/resources/a/b")).status).toBe(404);
  expect((await send("GET", "/v1/admin/users")).status).toBe(404);
  expect((await fetch(`http://127.0.0.1:${gateway.port}/v1/resources`)).status).toBe(401);
  const refused = await send("DELETE", "/v1/resources");
  expect(refused.status).toBe(405);
  expect(refused.headers.get("allow")?.split(", ")).toEqual(
    expect.arrayContaining(["GET", "POST"]),
  );
});

describe("P15 the database", () => {
  it("holding a row for too long: 503 within two seconds, and nothing is changed", async () => {
    const { body } = await send("POST", "/v1/resources", compute);
    const path = `/v1/resources/${body.id}`;
    const patch = JSON.stringify({ name: "Changed" });
    await database.sql.begin(async (tx) => {
      await tx`select from resources where id = ${body.id} for update`;
      const answer = await send("PATCH", path, patch);
      expect([answer.status, answer.body.error.code]).toEqual([503, "SERVICE_UNAVAILABLE"]);
      expect(answer.tookMs).toBeLessThan(2_000);
    });
    expect((await send("GET", path)).body.name).toBe("My Resource");
    expect((await send("PATCH", path, patch)).status).toBe(200);
  });

  it("away: every REST route answers 503 in its dialect within two seconds, and then it heals", async () => {
    line.cut();
    const answers = await Promise.all([
      send("GET", "/v1/resources"),
      send("POST", "/v1/resources", compute),
      send("GET", "/v1/usage"),
      send("GET", "/v1/balance"),
      send("POST", "/v1/generate", '{"prompt":"Hi","model":"gpt-4"}'),
    ]);
    for (const answer of answers) {
      expect(answer.body).toEqual({
        success: false,
        message: "Service temporarily unavailable",
        error: {
          code: "SERVICE_UNAVAILABLE",
          message: "Service temporarily unavailable",
          details: { retry_after: expect.any(Number) },
        },
      });
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(answer.tookMs).toBeLessThan(2_000);
    }
    line.mend();
    await vi.waitFor(async () => expect((await send("GET", "/v1/resources")).status).toBe(200), {
      timeout: 15_000,
      interval: 100,
    });
  });
});
