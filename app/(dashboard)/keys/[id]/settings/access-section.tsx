import { headers } from "next/headers";
import {
  EditAddresses,
  EditModels,
  EditRotation,
  EditScopes,
} from "@/app/(dashboard)/keys/[id]/settings/edit-buttons";
import { scopeMeanings } from "@/app/(dashboard)/keys/scope-meanings";
import { Badge } from "@/components/badge";
import { Section } from "@/components/section";
import { SettingRow, SettingRows, Unset } from "@/components/setting-row";
import { getDb } from "@/db/client";
import { clientAddress } from "@/lib/auth/address";
import { dayYearText } from "@/lib/day-text";
import type { KeyDetail } from "@/lib/keys/detail";
import { grantableScopes } from "@/lib/keys/permission";
import { keyScopes } from "@/lib/keys/terms";
import { listModelIds } from "@/lib/models/queries";
import type { Scope } from "@/lib/scope";

export interface AccessSectionProps {
  scope: Scope;
  apiKey: KeyDetail;
  canEdit: boolean;
}

/** What the key may do, from where, and how long a secret of it may live. */
export async function AccessSection({ scope, apiKey, canEdit }: AccessSectionProps) {
  const [catalogue, requestHeaders] = await Promise.all([listModelIds(getDb()), headers()]);
  const edited = { id: apiKey.id, updatedAt: apiKey.updatedAt.toISOString() };
  const { modelAllowlist, addressAllowlist, rotationDays } = apiKey;
  return (
    <Section flush title="Access" description="Changes apply from the next request.">
      <SettingRows>
        <SettingRow
          label="Scopes"
          hint="What it may do"
          action={
            canEdit ? (
              <EditScopes
                apiKey={edited}
                scopes={apiKey.scopes}
                grantable={grantableScopes(scope.role)}
              />
            ) : null
          }
        >
          <Scopes scopes={apiKey.scopes} />
        </SettingRow>
        <SettingRow
          label="Models"
          hint="Which it may call"
          action={
            canEdit ? (
              <EditModels apiKey={edited} models={modelAllowlist} catalogue={catalogue} />
            ) : null
          }
        >
          <Allowlist
            list={modelAllowlist}
            all="All models, also those that come later."
            none="No model: every request for one is refused."
          />
        </SettingRow>
        <SettingRow
          label="Addresses"
          hint="Where requests may come from"
          action={
            canEdit ? (
              <EditAddresses
                apiKey={edited}
                addresses={addressAllowlist}
                ownAddress={clientAddress(requestHeaders).address}
              />
            ) : null
          }
        >
          <Allowlist
            list={addressAllowlist}
            all="Any address."
            none="No address: every request is refused."
          />
        </SettingRow>
        <SettingRow
          label="Rotation policy"
          hint="How old a secret may get"
          action={canEdit ? <EditRotation apiKey={edited} rotationDays={rotationDays} /> : null}
        >
          <Policy apiKey={apiKey} />
        </SettingRow>
      </SettingRows>
    </Section>
  );
}

function Scopes({ scopes }: { scopes: readonly string[] }) {
  const held = keyScopes.filter((scope) => scopes.includes(scope));
  if (held.length === 0) return <Unset>None: it may do nothing.</Unset>;
  return (
    <ul className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1.5">
      {held.map((scope) => (
        <li key={scope} className="col-span-2 grid grid-cols-subgrid items-baseline">
          <Badge className="justify-self-start">{scope}</Badge>
          <span className="text-fg-2">{scopeMeanings[scope]}</span>
        </li>
      ))}
    </ul>
  );
}

interface AllowlistProps {
  list: readonly string[] | null;
  /** No list. */
  all: string;
  /** An empty one. */
  none: string;
}

function Allowlist({ list, all, none }: AllowlistProps) {
  if (list === null) return <Unset>{all}</Unset>;
  if (list.length === 0) return <span className="text-amber">{none}</span>;
  return (
    <ul className="flex flex-wrap gap-1.5">
      {list.map((entry) => (
        <li key={entry} className="min-w-0">
          <code className="block rounded-sm border border-line-strong px-1.5 font-mono text-xs leading-5 break-all">
            {entry}
          </code>
        </li>
      ))}
    </ul>
  );
}

function Policy({ apiKey }: { apiKey: KeyDetail }) {
  const { rotationDays, rotationDueAt, rotationDeadlineAt } = apiKey;
  if (rotationDays === null) return <Unset>None: you rotate it when you see fit.</Unset>;
  return (
    <>
      Every {rotationDays === 1 ? "day" : `${rotationDays} days`}
      <span className="text-fg-2">
        {rotationDeadlineAt
          ? ` · due, claim by ${dayYearText(rotationDeadlineAt)}`
          : rotationDueAt
            ? ` · next on ${dayYearText(rotationDueAt)}`
            : null}
      </span>
    </>
  );
}
