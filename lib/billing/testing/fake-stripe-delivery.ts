import Stripe from "stripe";
import type { FakeEvent } from "@/lib/billing/testing/fake-stripe-store";

/** How often, of all events, something goes wrong on their way. */
export interface Mishaps {
  lost: number;
  doubled: number;
  delayed: number;
}

export const noMishaps: Mishaps = { lost: 0, doubled: 0, delayed: 0 };
export const seededMishaps: Mishaps = { lost: 0.25, doubled: 0.25, delayed: 0.5 };

export interface DeliveryOptions {
  webhookUrl: string;
  webhookSecret: string;
  random: () => number;
  mishaps: Mishaps;
}

const delayMsMax = 60;
const attemptsMax = 3;

/** A number generator (mulberry32) that gives the same numbers for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The header of an event, made by the official helper. */
export function signatureOf(payload: string, secret: string, timestamp?: number): string {
  return Stripe.webhooks.generateTestHeaderString({
    ...{ payload, secret },
    ...(timestamp === undefined ? {} : { timestamp }),
  });
}

/** Brings events to a webhook, or doesn't: what a seed decides. Whatever got no 2xx is undelivered. */
export class FakeStripeDelivery {
  readonly undelivered = new Set<string>();
  private readonly underWay = new Set<Promise<void>>();

  constructor(private readonly options: DeliveryOptions) {}

  send(event: FakeEvent): void {
    const { random, mishaps } = this.options;
    this.undelivered.add(event.id);
    // Always three draws, so that one mishap doesn't change all that come after.
    const [isLost, isDoubled, isDelayed] = [
      random() < mishaps.lost,
      random() < mishaps.doubled,
      random() < mishaps.delayed,
    ];
    if (isLost) return;
    const payload = JSON.stringify(event, null, 2);
    for (let copy = 0; copy < (isDoubled ? 2 : 1); copy++) {
      this.track(this.deliver(event.id, payload, isDelayed ? random() * delayMsMax : 0));
    }
  }

  private track(delivery: Promise<void>): void {
    this.underWay.add(delivery);
    delivery.finally(() => this.underWay.delete(delivery));
  }

  private async deliver(id: string, payload: string, delayMs: number): Promise<void> {
    await pause(delayMs);
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      if (await this.post(payload)) {
        this.undelivered.delete(id);
        return;
      }
      await pause(20 * 2 ** attempt);
    }
  }

  private async post(body: string): Promise<boolean> {
    const { webhookUrl, webhookSecret } = this.options;
    try {
      const answer = await fetch(webhookUrl, {
        method: "POST",
        headers: {
          "content-type": "application/json; charset=utf-8",
          "stripe-signature": signatureOf(body, webhookSecret),
        },
        body,
        signal: AbortSignal.timeout(10_000),
      });
      await answer.arrayBuffer();
      return answer.ok;
    } catch {
      return false;
    }
  }

  /** Resolves when nothing is on its way any more. */
  async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
