import type { Metadata } from "next";
import { readPageQuery } from "@/app/(dashboard)/usage/page-query";
import { UsageView } from "@/app/(dashboard)/usage/usage-view";
import { QueryProvider } from "@/components/query-provider";
import { getDb } from "@/db/client";
import { requirePageScope } from "@/lib/auth/session";
import { AppError } from "@/lib/errors";
import { findKey } from "@/lib/keys/queries";
import { getUsage } from "@/lib/usage/queries";

export const metadata: Metadata = { title: "Usage" };

export default async function UsagePage({ searchParams }: PageProps<"/usage">) {
  const scope = await requirePageScope();
  const params = Object.fromEntries(
    Object.entries(await searchParams).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.at(-1) : value,
    ]),
  );
  const { parsed, key: keyId } = readPageQuery(params);
  const key = keyId === "" ? null : await findKey(getDb(), scope, keyId);
  // The first figures come with the page; the browser reads those that follow.
  const usage = parsed.ok ? await getUsage(getDb(), scope, parsed.query).catch(refused) : null;
  return (
    <QueryProvider>
      <UsageView
        keyName={key?.name ?? null}
        initial={parsed.ok && usage ? { query: parsed.query, answer: usage } : null}
      />
    </QueryProvider>
  );
}

/** What is wrong with the range is said beside its fields, by the read that the browser repeats. */
function refused(error: unknown): null {
  if (error instanceof AppError) return null;
  throw error;
}
