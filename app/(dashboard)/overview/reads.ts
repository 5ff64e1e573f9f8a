import "server-only";
import { cache } from "react";
import { getDb } from "@/db/client";
import { getBalance } from "@/lib/billing/queries";
import type { Scope } from "@/lib/scope";
import { getPace } from "@/lib/usage/overview-queries";

/** Read once for all the cards that show a part of it. */
export const readBalance = cache((scope: Scope) => getBalance(getDb(), scope));
export const readPace = cache((scope: Scope) => getPace(getDb(), scope));
