import type { Metadata } from "next";
import { readToldZone } from "@/app/(dashboard)/reader-zone";
import { readPageQuery } from "@/app/(dashboard)/usage/page-query";
import { readLimits } from "@/app/(dashboard)/usage/read-limits";
import { UsageSkeleton } from "@/app/(dashboard)/usage/usage-skeleton";
import { UsageView } from "@/app/(dashboard)/usage/usage-view";
import { soon, soonThere } from "@/app/soon";
import { getDb } from "@/db/client";
import { requirePageScope } from "@/lib/auth/session";
import { AppError } from "@/lib/errors";
import { getUsage } from "@/lib/usage/queries";

export const metadata: Metadata = { title: "Usage" };

export default function UsagePage(props: PageProps<"/usage">) {
  return soon(UsageContent(props), <UsageSkeleton />);
}

async function UsageContent({ searchParams }: PageProps<"/usage">) {
  const scope = await requirePageScope("usage.read");
  const params = new URLSearchParams(
    Object.entries(await searchParams).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    ),
  );
  const readerZone = await readToldZone();
  const { parsed, key } = readPageQuery(params, readerZone.name);
  // The first figures come with the page; the browser reads those that follow. It also reads limits that are late
  // or fail, and says so beside them.
  const [usage, limits] = await Promise.all([
    parsed.ok ? getUsage(getDb(), scope, parsed.query).catch(refused) : null,
    soonThere(readLimits(scope.workspaceId, key)).catch(() => undefined),
  ]);
  return (
    <UsageView
      readerZone={readerZone}
      initial={parsed.ok && usage ? { query: parsed.query, answer: usage } : null}
      limits={{ keyId: key, view: limits }}
    />
  );
}

/** What is wrong with the range is said beside its fields, by the read that the browser repeats. */
function refused(error: unknown): null {
  if (error instanceof AppError) return null;
  throw error;
}
