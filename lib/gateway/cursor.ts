import { createHmac, timingSafeEqual } from "node:crypto";
import type { z } from "zod";
import { invalidFields } from "@/lib/gateway/errors";
import { keysFor } from "@/lib/sealed";

/** Longer than any that we make. */
const cursorCharsMax = 500;
const macBytes = 16;

/** Where a cursor is good: it opens nothing on another list, nor in another workspace or environment. */
export interface CursorPlace {
  /** 32 bytes, derived for nothing else. */
  key: Uint8Array;
  /** The list's route and whatever else selects its items. */
  list: string;
  workspaceId: string;
  environment: string;
}

function macOf(place: CursorPlace, payload: Buffer, key = place.key): Buffer {
  // As JSON no part can run over into the next.
  const where = JSON.stringify([place.list, place.workspaceId, place.environment]);
  const mac = createHmac("sha256", key).update(where).update("\n").update(payload).digest();
  return mac.subarray(0, macBytes);
}

/** An opaque text that leads back to a position in one list. */
export function sealCursor(place: CursorPlace, position: unknown): string {
  const payload = Buffer.from(JSON.stringify(position));
  return Buffer.concat([macOf(place, payload), payload]).toString("base64url");
}

/**
 * The position in a cursor that `sealCursor` made for the same place. Throws param, path `cursor`, for
 * any other text: forged, cut short, another's, or another list's.
 */
export function openCursor<T>(place: CursorPlace, cursor: string, schema: z.ZodType<T>): T {
  if (cursor.length > cursorCharsMax || !/^[A-Za-z0-9_-]+$/.test(cursor)) throw badCursor();
  const bytes = Buffer.from(cursor, "base64url");
  // Two spellings of the same bytes: only the one that we wrote is ours.
  if (bytes.length <= macBytes || bytes.toString("base64url") !== cursor) throw badCursor();
  const payload = bytes.subarray(macBytes);
  const mac = bytes.subarray(0, macBytes);
  const isOurs = keysFor(place.key).some((key) => timingSafeEqual(mac, macOf(place, payload, key)));
  if (!isOurs) throw badCursor();
  const position = schema.safeParse(JSON.parse(payload.toString("utf8")));
  if (!position.success) throw badCursor();
  return position.data;
}

function badCursor() {
  return invalidFields([
    { path: "cursor", code: "invalid_value", message: "is not a cursor of this list" },
  ]);
}
