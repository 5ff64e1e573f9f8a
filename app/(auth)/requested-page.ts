import "server-only";
import type { Route } from "next";
import { redirect } from "next/navigation";
import { homePath, safeCallbackPath } from "@/lib/auth/callback-url";
import { ownOrigins } from "@/lib/auth/origin";
import { getViewer } from "@/lib/auth/session";

/**
 * The page that a visitor asked for before being sent to sign in, empty when it is the overview anyway. Leads
 * those who are signed in there at once.
 */
export async function requestedPage(
  searchParams: Promise<Record<string, string | string[] | undefined>>,
): Promise<string> {
  const path = safeCallbackPath((await searchParams).callbackUrl, ownOrigins());
  if (await getViewer()) redirect(path as Route);
  return path === homePath ? "" : path;
}
