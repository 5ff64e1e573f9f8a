import type { Metadata } from "next";
import { CreateKeyButton } from "@/app/(dashboard)/keys/create-key-button";
import { CreateKeyFlow } from "@/app/(dashboard)/keys/create-key-flow";
import { FilteredEmpty, NoKeys } from "@/app/(dashboard)/keys/empty";
import { KeyActs } from "@/app/(dashboard)/keys/key-acts";
import { KeyFilters } from "@/app/(dashboard)/keys/key-filters";
import { KeyTable } from "@/app/(dashboard)/keys/key-table";
import { PageHeader } from "@/components/page-header";
import { QueryProvider } from "@/components/query-provider";
import { getDb } from "@/db/client";
import { requirePageScope } from "@/lib/auth/session";
import { apiBaseUrl, readEnv } from "@/lib/env";
import { canManageKeys, grantableScopes } from "@/lib/keys/permission";
import { listKeys } from "@/lib/keys/queries";
import { KeyListQuery } from "@/lib/keys/schema";

export const metadata: Metadata = { title: "API keys" };

export default async function KeysPage({ searchParams }: PageProps<"/keys">) {
  const scope = await requirePageScope();
  const { q, status, env, after, before } = await searchParams;
  const query = KeyListQuery.parse({ search: q, status, environment: env, after, before });
  const page = await listKeys(getDb(), scope, query);
  const canManage = canManageKeys(scope.role);
  return (
    <QueryProvider>
      <PageHeader
        title="API keys"
        description={
          canManage
            ? "One key per application, so that each can be revoked alone."
            : "Your role can see keys but not change them."
        }
        actions={canManage ? <CreateKeyButton kbd="C">Create key</CreateKeyButton> : null}
      />
      {page.hasAny ? (
        <>
          <KeyFilters query={query} counts={page.counts} />
          {page.keys.length > 0 ? (
            <KeyActs>
              <KeyTable page={page} query={query} canManage={canManage} />
            </KeyActs>
          ) : (
            <FilteredEmpty query={query} />
          )}
        </>
      ) : (
        <NoKeys canManage={canManage} />
      )}
      {canManage ? (
        <CreateKeyFlow
          apiBaseUrl={apiBaseUrl()}
          grantable={grantableScopes(scope.role)}
          refusesTestKeys={readEnv().TEST_KEYS === "reject"}
        />
      ) : null}
    </QueryProvider>
  );
}
