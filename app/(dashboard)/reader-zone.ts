import "server-only";
import { cookies } from "next/headers";
import { appOrigin } from "@/lib/env";
import { isZone, utc, type ZoneMark, zoneMarks } from "@/lib/usage/zone";

const maxAgeSeconds = 365 * 24 * 60 * 60;

/** The same form as the session's: over https no other host can have set it. */
function cookieName(): { name: string; secure: boolean } {
  const secure = appOrigin().startsWith("https:");
  return { name: `${secure ? "__Host-" : ""}gatehouse.zone`, secure };
}

/** The reader's time zone as the browser last told it; UTC until it has. */
export async function readReaderZone(): Promise<string> {
  const zone = (await cookies()).get(cookieName().name)?.value ?? utc;
  return isZone(zone) ? zone : utc;
}

/** A zone, and how the browser can tell without its name whether it is its own. */
export interface ToldZone {
  name: string;
  marks: readonly ZoneMark[];
}

/** The reader's time zone for a page, which asks the browser whether it still is. */
export async function readToldZone(): Promise<ToldZone> {
  const name = await readReaderZone();
  return { name, marks: zoneMarks(name, new Date()) };
}

/** Keeps the zone that a browser told, so that the next page comes in it at once. Only in a route. */
export async function keepReaderZone(zone: string): Promise<void> {
  if (!isZone(zone)) return;
  const { name, secure } = cookieName();
  (await cookies()).set(name, zone, {
    httpOnly: true,
    sameSite: "lax",
    path: "/",
    secure,
    maxAge: maxAgeSeconds,
  });
}
