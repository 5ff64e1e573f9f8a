import type { Account } from "@/lib/gateway/chat";
import type { TokenUsage } from "@/lib/models/price";

/** Tokens as an upstream tells them, in whatever form; what can't be believed is caught here. */
export interface ReportedUsage {
  inputTokens?: unknown;
  outputTokens?: unknown;
  /** Told beside the parts by some; the parts win. */
  totalTokens?: unknown;
  /** Those of the input that were read from a cache. */
  cacheReadTokens?: unknown;
  /** Those of the input that were written to one. */
  cacheWriteTokens?: unknown;
}

/** What a call may use at most: what was set aside for it. */
export type UsageBounds = TokenUsage;

/** Why a figure of an upstream wasn't taken as it was. */
export type UsageFlag = "missing" | "invalid" | "decreasing" | "clamped" | "total_mismatch";

/**
 * Keeps account of one answer. What an upstream reports is untrusted: it never goes down, never beyond
 * what was set aside, and counts only where it is a whole number; where it is missing, what was counted
 * on the way stands in for it.
 */
export class UsageMeter {
  private countedOutput = 0;
  private cacheRead = 0;
  private cacheWrite = 0;
  private input: number | null = null;
  private output: number | null = null;
  private readonly found = new Set<UsageFlag>();

  /**
   * `countInput` is our own count of the input. `isExact`: our counts are the bill, as they are for the
   * built-in upstream, which counts as we do.
   */
  constructor(
    private readonly bounds: UsageBounds,
    private readonly countInput: () => number,
    readonly isExact: boolean,
  ) {}

  /** Output that went by. */
  count(tokens: number): void {
    this.countedOutput += tokens;
  }

  /** Takes note of what an upstream says it used so far. */
  report(told: ReportedUsage): void {
    const { inputTokens, outputTokens, totalTokens } = told;
    const { bounds } = this;
    this.input = this.take(this.input, inputTokens, bounds.inputTokens);
    this.output = this.take(this.output, outputTokens, bounds.outputTokens);
    this.cacheRead = this.take(this.cacheRead, told.cacheReadTokens, bounds.inputTokens);
    this.cacheWrite = this.take(this.cacheWrite, told.cacheWriteTokens, bounds.inputTokens);
    if (totalTokens === undefined) return;
    if (totalTokens !== Number(inputTokens) + Number(outputTokens))
      this.found.add("total_mismatch");
  }

  private take<T extends number | null>(last: T, told: unknown, bound: number): T | number {
    // Both protocols write null for what there is nothing to tell of.
    if (told == null) return last;
    // Numbers that are too large for an integer are a claim, if an absurd one; anything else is none.
    const isClaim =
      typeof told === "number" &&
      told >= 0 &&
      (Number.isSafeInteger(told) || told > Number.MAX_SAFE_INTEGER);
    if (!isClaim) {
      this.found.add("invalid");
      return last;
    }
    const tokens = Number.isSafeInteger(told) ? told : bound;
    if (told > bound) this.found.add("clamped");
    if (last !== null && tokens < last) this.found.add("decreasing");
    return Math.max(last ?? 0, Math.min(tokens, bound));
  }

  /** The account as it stands: what a broken answer is billed by. */
  delivered(): Account {
    const counted = Math.min(this.countedOutput, this.bounds.outputTokens);
    const inputTokens = this.input ?? Math.min(this.countInput(), this.bounds.inputTokens);
    const cacheReadTokens = Math.min(this.cacheRead, inputTokens);
    return {
      inputTokens,
      outputTokens: Math.max(counted, this.output ?? 0),
      cacheReadTokens,
      cacheWriteTokens: Math.min(this.cacheWrite, inputTokens - cacheReadTokens),
    };
  }

  /** What a complete answer is billed by: the upstream's own figures where there are any. */
  complete(): Account {
    const delivered = this.delivered();
    return { ...delivered, outputTokens: this.output ?? delivered.outputTokens };
  }

  /** Whether both figures came from the upstream. */
  get isReported(): boolean {
    return this.input !== null && this.output !== null;
  }

  /** What was wrong with the upstream's figures; empty where they were taken as they came. */
  flags(): UsageFlag[] {
    if (this.isExact) return [];
    return [...this.found, ...(this.isReported ? [] : (["missing"] as const))];
  }
}
