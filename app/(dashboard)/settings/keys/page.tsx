import { ShieldCheck } from "lucide-react";
import type { Metadata, Route } from "next";
import { KeyRisks } from "@/app/(dashboard)/settings/keys/key-risks";
import { KeySafetySkeleton } from "@/app/(dashboard)/settings/keys/key-safety-skeleton";
import { neededScopes } from "@/app/(dashboard)/settings/keys/needed-scopes";
import { riskLabels } from "@/app/(dashboard)/settings/keys/risk-text";
import { soon } from "@/app/soon";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";
import { Section } from "@/components/section";
import { SegmentedLinks } from "@/components/segmented-links";
import { getDb } from "@/db/client";
import { requirePageScope } from "@/lib/auth/session";
import { countText } from "@/lib/count-text";
import { grantableScopes } from "@/lib/keys/permission";
import { type RiskKind, riskKinds } from "@/lib/keys/safety";
import { type KeySafety, readKeySafety } from "@/lib/keys/safety-queries";
import { may } from "@/lib/permissions";
import type { Role } from "@/lib/scope";

export const metadata: Metadata = { title: "Key safety" };

export default function KeySafetyPage(props: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  return soon(KeySafetyContent(props), <KeySafetySkeleton />);
}

async function KeySafetyContent({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const scope = await requirePageScope("keys.read");
  const { risk, page } = await searchParams;
  const kind = riskKinds.find((one) => one === risk) ?? null;
  const safety = await readKeySafety(getDb(), scope, neededScopes, {
    kind,
    page: typeof page === "string" && /^\d{1,6}$/.test(page) ? Number(page) : 1,
  });
  return (
    <Section
      flush
      title="Key safety"
      description={summaryOf(safety)}
      actions={<ButtonLink href="/keys">All API keys</ButtonLink>}
      footer={safety.pages > 1 ? <Pages safety={safety} kind={kind} /> : undefined}
    >
      {safety.unsafe === 0 ? (
        <AllInOrder working={safety.working} />
      ) : (
        <>
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-3">
            <Filters safety={safety} kind={kind} />
            {may(scope.role, "keys.manage") ? null : (
              <p className="text-sm text-fg-2">
                Your role can see keys but not change them. Owners, admins and developers can.
              </p>
            )}
          </div>
          {safety.keys.length === 0 ? (
            <EmptyState
              bare
              title="No key has this risk"
              action={<ButtonLink href={"/settings/keys" as Route}>Show all risks</ButtonLink>}
            />
          ) : (
            <ul aria-label="Keys to mend" className="divide-y divide-line">
              {safety.keys.map((key) => (
                <KeyRisks key={key.id} apiKey={key} canFix={canFix(scope.role, key.scopes)} />
              ))}
            </ul>
          )}
        </>
      )}
    </Section>
  );
}

/** Nobody changes a key that may do more than they could give one. */
function canFix(role: Role, scopes: readonly string[]): boolean {
  const grantable: readonly string[] = grantableScopes(role);
  return may(role, "keys.manage") && scopes.every((scope) => grantable.includes(scope));
}

const keysText = (count: number) => (count === 1 ? "1 key" : `${countText(count)} keys`);

function summaryOf({ unsafe, working }: KeySafety): string {
  if (working === 0) return "Keys that could do more harm than they need to, were they to leak.";
  if (unsafe === 0) return `${keysText(working)}, looked at just now.`;
  return `${countText(unsafe)} of ${keysText(working)} could be safer. The most urgent come first.`;
}

function addressOf(kind: RiskKind | null, page: number): Route {
  const params = new URLSearchParams();
  if (kind) params.set("risk", kind);
  if (page > 1) params.set("page", String(page));
  return (params.size > 0 ? `/settings/keys?${params}` : "/settings/keys") as Route;
}

function Filters({ safety, kind }: { safety: KeySafety; kind: RiskKind | null }) {
  const shown = riskKinds.filter((one) => safety.counts[one] > 0 || one === kind);
  return (
    <SegmentedLinks
      label="Risk"
      className="max-w-full overflow-x-auto"
      links={[
        { href: addressOf(null, 1), label: "All", count: safety.unsafe, current: kind === null },
        ...shown.map((one) => ({
          href: addressOf(one, 1),
          label: riskLabels[one],
          count: safety.counts[one],
          current: one === kind,
        })),
      ]}
    />
  );
}

function Pages({ safety, kind }: { safety: KeySafety; kind: RiskKind | null }) {
  const { page, pages } = safety;
  return (
    <nav aria-label="Pages of keys" className="flex flex-1 items-center justify-between gap-2">
      {page > 1 ? (
        <ButtonLink size="sm" href={addressOf(kind, page - 1)}>
          More urgent
        </ButtonLink>
      ) : (
        <span />
      )}
      <span className="tabular-nums">
        Page {page} of {pages}
      </span>
      {page < pages ? (
        <ButtonLink size="sm" href={addressOf(kind, page + 1)}>
          Less urgent
        </ButtonLink>
      ) : (
        <span />
      )}
    </nav>
  );
}

function AllInOrder({ working }: { working: number }) {
  if (working === 0) {
    return (
      <EmptyState
        bare
        icon={<ShieldCheck />}
        title="No keys yet"
        action={<ButtonLink href={"/keys?new=1" as Route}>Create a key</ButtonLink>}
      >
        Once you have keys, ways to make them safer are listed here.
      </EmptyState>
    );
  }
  return (
    <EmptyState bare icon={<ShieldCheck />} title="Everything is in order">
      Every key has a cap and an expiry, is in use, and has no scope it doesn’t use.
    </EmptyState>
  );
}
