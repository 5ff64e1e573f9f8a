import "server-only";
import { cache } from "react";
import { nameInAddress } from "@/app/(admin)/admin/form/name-in-address";
import { getDb } from "@/db/client";
import { readEnv } from "@/lib/env";
import { credentialKeyOf } from "@/lib/sealed";
import { findUpstream, type UpstreamEntry } from "@/lib/upstreams/queries";

const read = cache((id: string) =>
  findUpstream(getDb(), credentialKeyOf(readEnv().AUTH_SECRET), id),
);

/** The upstream that an address names, read once for its layout and its page; null where there is none. */
export async function readUpstream(parts: readonly string[]): Promise<UpstreamEntry | null> {
  const id = nameInAddress(parts);
  return id === null ? null : await read(id);
}
