/** Requests in a row that must fail before an upstream is left alone. */
const failuresMax = 20;
const pauseMsMin = 2_000;
const pauseMsMax = 15_000;

/**
 * Stops requests to an upstream that answers nobody. After a pause one request tries; while that fails
 * the pauses double. What time it is, is an argument, in milliseconds.
 */
export class Breaker {
  private failures = 0;
  private pauseMs = pauseMsMin;
  private pausedUntilMs = 0;
  private isProbing = false;

  /** Milliseconds until an attempt may be made; zero where it may be made now. */
  waitMs(nowMs: number): number {
    return this.failures < failuresMax ? 0 : Math.max(0, this.pausedUntilMs - nowMs);
  }

  /** To be called with each attempt: of those that wait for the end of a pause only one may go. */
  begin(nowMs: number): void {
    if (this.failures < failuresMax) return;
    this.isProbing = true;
    this.pausedUntilMs = nowMs + this.pauseMs;
  }

  succeed(): void {
    this.failures = 0;
    this.pauseMs = pauseMsMin;
    this.isProbing = false;
  }

  fail(nowMs: number): void {
    this.failures++;
    if (this.failures < failuresMax) return;
    // Those that were under way when it opened don't make the pause longer.
    if (this.isProbing) this.pauseMs = Math.min(this.pauseMs * 2, pauseMsMax);
    if (this.isProbing || this.failures === failuresMax) this.pausedUntilMs = nowMs + this.pauseMs;
    this.isProbing = false;
  }
}
