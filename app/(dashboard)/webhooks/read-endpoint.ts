import "server-only";
import { cache } from "react";
import { getDb } from "@/db/client";
import type { Scope } from "@/lib/scope";
import { getEndpoint } from "@/lib/webhooks/queries";

/** Read once for the layout and the page. */
export const readEndpoint = cache((scope: Scope, id: string) => getEndpoint(getDb(), scope, id));
