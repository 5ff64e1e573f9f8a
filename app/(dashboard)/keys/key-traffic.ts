import { z } from "zod";
import { readJson } from "@/app/(dashboard)/read-json";

const KeyTraffic = z.object({
  lastUsedAt: z.iso.datetime().nullable(),
  lastUsedAddress: z.string().nullable(),
  requests: z.number().int(),
});
export type KeyTraffic = z.infer<typeof KeyTraffic>;

/** What a key was used for lately. Throws a ReadError. */
export function readKeyTraffic(id: string, signal: AbortSignal): Promise<KeyTraffic> {
  return readJson(KeyTraffic, `/keys/${id}/traffic`, signal);
}
