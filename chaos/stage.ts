import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { ask, type Question } from "@/chaos/client";
import { type Cluster, type GatewayNode, models } from "@/chaos/cluster";
import type { History, Operation } from "@/chaos/history";
import type { Random } from "@/chaos/random";
import type { Key, Tenant, Tenants } from "@/chaos/tenants";

const retryMs = 150;
/** A verb that must succeed in the end is tried for so long: longer than any fault lasts. */
const insistMs = 60_000;
const heldKeyMs = 8_000;
const callTimeoutMs = 30_000;

/** What a question has unless somebody says otherwise: an honest client and an honest provider. */
type Wish = Partial<Question> & { tenant: Tenant; key: Key };

/** Where the actors of one episode meet: the cluster, its tenants, and what was seen. */
export class Stage {
  /** Ends the actors; what they have begun they finish. */
  isOver = false;
  private nonces = 0;
  private readonly name = randomBytes(4).toString("hex");
  readonly open = new Set<Promise<Operation>>();

  constructor(
    readonly cluster: Cluster,
    readonly tenants: Tenants,
    readonly history: History,
    /** How much longer than promised things may take: a machine under test has other work too. */
    readonly patience: number,
  ) {}

  /** A name that nothing else in the cluster has. */
  newName(): string {
    return `${this.name}-${++this.nonces}`;
  }

  anyGateway(random: Random): GatewayNode {
    return random.pick(this.cluster.gateways);
  }

  /** Asks, and writes down what came of it. */
  ask({ tenant, key, ...wish }: Wish, random: Random): Promise<Operation> {
    const nonce = this.newName();
    const question: Question = {
      ...{ nonce, body: nonce, play: "answer", words: random.int(1, 30) },
      ...{ dialect: random.pick(["openai", "anthropic"]), model: random.pick(models) },
      ...{ stream: random.chance(0.5), leaving: "stay", leavingMs: random.int(200, 3_000) },
      ...{ workspaceId: tenant.workspaceId, keyId: key.id, secret: key.secret },
      ...{ gateway: this.anyGateway(random), idempotencyKey: null },
      ...wish,
    };
    const asked = ask(question).then((operation) => {
      this.history.operations.push(operation);
      this.open.delete(asked);
      return operation;
    });
    this.open.add(asked);
    return asked;
  }

  /** One call of a JSON API; null where there was no answer. */
  async call(
    origin: string,
    path: string,
    init: RequestInit = {},
  ): Promise<{ status: number; body: unknown } | null> {
    try {
      const signal = AbortSignal.timeout(callTimeoutMs);
      const response = await fetch(`${origin}${path}`, { ...init, signal });
      const text = await response.text();
      return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text };
    } catch {
      return null;
    }
  }

  /**
   * Repeats a verb until it has answered with success: what was done and not told is done again. Answers
   * null where it was refused for good, or nothing helped.
   */
  async insist(
    verb: () => Promise<{ status: number; body: unknown } | null>,
    limitMs = insistMs,
  ): Promise<unknown | null> {
    const endsAtMs = performance.now() + limitMs;
    while (performance.now() < endsAtMs) {
      const answer = await verb();
      if (answer && answer.status < 300) return answer.body ?? {};
      const isFinal = answer && answer.status < 500 && ![409, 429].includes(answer.status);
      if (isFinal) return null;
      await delay(retryMs);
    }
    return null;
  }

  /**
   * A management call with the busy tenant's admin key, at any gateway. Under an `Idempotency-Key` it is
   * given up sooner: the key may be held for a while by a gateway that died.
   */
  manage(random: Random, method: string, path: string, body?: object, idempotencyKey?: string) {
    const send = () =>
      this.call(`http://127.0.0.1:${this.anyGateway(random).port}`, path, {
        method,
        headers: {
          authorization: `Bearer ${this.tenants.busy.admin.secret}`,
          ...(body ? { "content-type": "application/json" } : {}),
          ...(idempotencyKey ? { "idempotency-key": idempotencyKey } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
    return this.insist(send, idempotencyKey ? heldKeyMs : insistMs);
  }

  /** A call of the dashboard's part. */
  atDashboard(path: string, body: Buffer | object, headers: Record<string, string> = {}) {
    return this.call(`http://127.0.0.1:${this.cluster.dashboard.port}`, path, {
      method: "POST",
      headers,
      body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body),
    });
  }

  /** A figure that must be at most this, with the patience that the machine needs. */
  measure(what: string, ms: number, maxMs: number): void {
    this.history.measurements.push({ what, ms, maxMs: maxMs * this.patience });
  }
}
