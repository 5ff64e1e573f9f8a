import "server-only";
import { cache } from "react";
import { getDb } from "@/db/client";
import type { Scope } from "@/lib/scope";
import { type Endpoint, getEndpoint } from "@/lib/webhooks/queries";

// By words and not by the scope, which is another object for the layout and for the page.
const read = cache((workspaceId: string, id: string) => getEndpoint(getDb(), { workspaceId }, id));

/** An endpoint, read once for its layout and its page; null where there is none of this workspace. */
export function readEndpoint(scope: Scope, id: string): Promise<Endpoint | null> {
  return read(scope.workspaceId, id);
}
