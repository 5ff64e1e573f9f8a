import "server-only";
import { cache } from "react";
import { nameInAddress } from "@/app/(admin)/admin/form/name-in-address";
import { getDb } from "@/db/client";
import { type CatalogueEntry, findCatalogueEntry } from "@/lib/models/catalogue-queries";

const read = cache((id: string) => findCatalogueEntry(getDb(), id));

/** The model that an address names, read once for its layout and its page; null where there is none. */
export async function readModel(parts: readonly string[]): Promise<CatalogueEntry | null> {
  const id = nameInAddress(parts);
  return id === null ? null : await read(id);
}
