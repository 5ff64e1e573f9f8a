import { expect } from "vitest";
import { GatewayError } from "@/lib/gateway/errors";

/** The field that a body is refused for, and how; null for one that is taken. */
export function refusal(parse: () => unknown): { path: string; failure: string } | null {
  try {
    parse();
    return null;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const message = error.options.message ?? "";
    expect(message).toMatch(/^Invalid request error: \S+: .{5,}/);
    // Zod's own words say nothing to somebody who doesn't know our schemas.
    expect(message).not.toMatch(/Invalid input|Invalid option|received/);
    return { path: error.options.param ?? "", failure: error.failure };
  }
}
