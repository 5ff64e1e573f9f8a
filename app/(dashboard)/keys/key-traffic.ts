import { readJson } from "@/app/(dashboard)/read-json";
import { fields, nullable, number, type Shaped, text } from "@/lib/shape";

const KeyTraffic = fields({
  lastUsedAt: nullable(text),
  lastUsedAddress: nullable(text),
  requests: number,
});
export type KeyTraffic = Shaped<typeof KeyTraffic>;

/** What a key was used for lately. Throws a ReadError. */
export function readKeyTraffic(id: string, signal: AbortSignal): Promise<KeyTraffic> {
  return readJson(KeyTraffic, `/keys/${id}/traffic`, signal);
}
