import { type Facts, type KeyFacts, type ModelFacts, msToNextPrice } from "@/lib/gateway/facts";

/** The clock that is asked here runs a little ahead of the database's; close to the change that one decides. */
const priceMarginMs = 500;
/** Keys and models beyond these begin to push the oldest out. */
const keysMax = 10_000;
const modelsMax = 1_000;

/**
 * Facts about the keys and models of busy workspaces. They hold while the lease does, because whoever
 * changes them waits until they are dropped here (`lib/budgets/change-feed.ts`); what ends by the clock is
 * judged by the database's, of which `now` is given.
 */
export class FactsCache {
  private readonly keys = new Map<string, KeyFacts>();
  private readonly models = new Map<string, ModelFacts>();
  /** What is read now may be of before the next change; it is kept only if there was none. */
  private changes = 0;
  /** Look-ups that were answered from here, and those that the database was asked for. */
  hits = 0;
  misses = 0;

  get mark(): number {
    return this.changes;
  }

  /** Whose key a secret's hash is known to be; null where nothing is known. */
  workspaceOf(hash: string): string | null {
    return this.keys.get(hash)?.workspaceId ?? null;
  }

  find(hash: string, modelId: string | null, now: Date): Facts | null {
    const key = this.keys.get(hash);
    if (!key) return null;
    if (modelId === null) return { key: { ...key, now }, model: null };
    const model = this.models.get(modelId);
    if (!model || msToNextPrice(model, now) < priceMarginMs) return null;
    return { key: { ...key, now }, model };
  }

  /** Keeps what was read since `mark` was taken, unless something has changed meanwhile. */
  keep(hash: string, { key, model }: Facts, mark: number): void {
    // The first use of a pending secret changes it, in the database.
    if (mark !== this.changes || key.secret.state === "pending") return;
    put(this.keys, hash, key, keysMax);
    if (model) put(this.models, model.id, model, modelsMax);
  }

  /** Forgets a workspace's keys, or everything. */
  drop(workspaceId: string | null): void {
    this.changes++;
    if (workspaceId === null) {
      this.keys.clear();
      this.models.clear();
      return;
    }
    for (const [hash, key] of this.keys) {
      if (key.workspaceId === workspaceId) this.keys.delete(hash);
    }
  }
}

function put<T>(map: Map<string, T>, key: string, value: T, max: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= max) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
