/** Tells work that nobody wants it any more: what an AbortController does, at a fraction of its cost. */
export class Stop {
  private listeners: (() => void)[] = [];
  private controller: AbortController | undefined;
  private wasAsked = false;

  get isAsked(): boolean {
    return this.wasAsked;
  }

  ask(): void {
    this.wasAsked = true;
    this.controller?.abort();
    for (const listener of this.listeners.splice(0)) listener();
  }

  /** Adds what runs when it is asked for, once; the caller looks whether it was before. */
  add(listener: () => void): void {
    this.listeners.push(listener);
  }

  delete(listener: () => void): void {
    const at = this.listeners.indexOf(listener);
    if (at >= 0) this.listeners.splice(at, 1);
  }

  /** For what takes the platform's own kind. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.wasAsked) this.controller.abort();
    return this.controller.signal;
  }
}
