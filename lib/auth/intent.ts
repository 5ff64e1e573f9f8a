import "server-only";
import { z } from "zod";
import { dropPassing, keepPassing, readPassing } from "@/lib/auth/cookies";
import { readEnv } from "@/lib/env";
import { deriveKey, seal, unseal } from "@/lib/sealed";

/** What a trip to a provider is for. Linking and proving belong to the session that set out. */
const ProviderIntent = z.discriminatedUnion("act", [
  z.object({ act: z.literal("sign_in"), to: z.string() }),
  z.object({ act: z.literal("link"), sessionId: z.string() }),
  z.object({ act: z.literal("prove"), sessionId: z.string() }),
]);
export type ProviderIntent = z.infer<typeof ProviderIntent>;

const context = "provider intent";
/** As long as Auth.js remembers the state of a trip, in minutes. */
const tripMinutes = 15;

const keyOf = () => deriveKey(readEnv().AUTH_SECRET, "provider intents");

export async function keepIntent(intent: ProviderIntent): Promise<void> {
  const sealed = seal(keyOf(), Buffer.from(JSON.stringify(intent)), context);
  await keepPassing("intent", sealed.toString("base64url"), tripMinutes);
}

/** The intent of this browser's trip, once; null where it has none, or one that isn't ours. */
export async function takeIntent(): Promise<ProviderIntent | null> {
  const text = await readPassing("intent");
  if (text === null) return null;
  await dropPassing("intent");
  const plain = unseal(keyOf(), Buffer.from(text, "base64url"), context);
  if (!plain) return null;
  const parsed = ProviderIntent.safeParse(JSON.parse(plain.toString()));
  return parsed.success ? parsed.data : null;
}
