import { clsx } from "clsx";
import { KeyMenu, KeyName } from "@/app/(dashboard)/keys/key-acts";
import { keysAddress } from "@/app/(dashboard)/keys/keys-address";
import { Badge } from "@/components/badge";
import { ButtonLink } from "@/components/button-link";
import { RelativeTime } from "@/components/relative-time";
import { exactTimeText, relativeTimeText } from "@/components/relative-time-text";
import { StatusDot, type StatusTone } from "@/components/status-dot";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import type { KeyPage, KeySummary } from "@/lib/keys/queries";
import type { KeyListQuery } from "@/lib/keys/schema";
import { type KeyStatus, keyStatus } from "@/lib/keys/status";

export interface KeyTableProps {
  page: KeyPage;
  query: KeyListQuery;
  canManage: boolean;
}

export function KeyTable({ page, query, canManage }: KeyTableProps) {
  return (
    <Table caption="API keys" footer={<Pager page={page} query={query} />}>
      <TableHead>
        <Th>Name</Th>
        <Th>Key</Th>
        <Th>Scopes</Th>
        <Th>Status</Th>
        <Th>Created</Th>
        <Th>Last used</Th>
        <Th>Expires</Th>
        {canManage ? <Th hiddenLabel="Actions" className="bg-panel md:sticky md:right-0" /> : null}
      </TableHead>
      <TableBody>
        {page.keys.map((key) => (
          <KeyRow key={key.id} apiKey={key} now={page.now} canManage={canManage} />
        ))}
      </TableBody>
    </Table>
  );
}

function KeyRow({ apiKey, now, canManage }: { apiKey: KeySummary; now: Date; canManage: boolean }) {
  const { id, name, scopes, environment, revokedAt, lastUsedAt, lastUsedAddress } = apiKey;
  const status = keyStatus(apiKey, now);
  const isOver = status === "expired" || status === "revoked";
  const masked = `${apiKey.prefix}_…${apiKey.last4}`;
  return (
    <Tr className={clsx("group", isOver && "text-fg-3")}>
      <Td cell="title" className="md:max-w-64 md:py-2">
        <CellText title={<KeyName id={id} name={name} />} />
      </Td>
      <Td label="Key" mono className="whitespace-nowrap">
        {masked}
      </Td>
      <Td label="Scopes">
        <span className="flex flex-wrap gap-1 max-md:justify-end md:w-max md:max-w-44 md:py-1.5">
          {scopes.map((scope) => (
            <Badge key={scope}>{scope}</Badge>
          ))}
          {environment === "test" ? <Badge tone="amber">test</Badge> : null}
        </span>
      </Td>
      <Td label="Status" className="whitespace-nowrap">
        <StatusText status={status} apiKey={apiKey} now={now} />
      </Td>
      <Td label="Created" className="whitespace-nowrap">
        <RelativeTime at={apiKey.createdAt} />
      </Td>
      <Td label="Last used" className="whitespace-nowrap">
        {lastUsedAt ? (
          <span className="block min-w-0">
            <RelativeTime at={lastUsedAt} />
            {lastUsedAddress ? (
              <span
                title={lastUsedAddress}
                className="block truncate font-mono text-xs text-fg-3 md:max-w-32"
              >
                {lastUsedAddress}
              </span>
            ) : null}
          </span>
        ) : (
          <span className="text-fg-3">never</span>
        )}
      </Td>
      <Td label="Expires" className="whitespace-nowrap">
        {apiKey.expiresAt ? <DayText at={apiKey.expiresAt} /> : "never"}
      </Td>
      {canManage ? (
        // The menu stays in sight where the table is wider than the window.
        <Td cell="actions" className="md:sticky md:right-0 md:bg-bg md:group-hover:bg-panel">
          <KeyMenu
            apiKey={{
              id,
              name,
              masked,
              last4: apiKey.last4,
              isRevoked: revokedAt !== null,
              wasUsed: lastUsedAt !== null,
            }}
          />
        </Td>
      ) : null}
    </Tr>
  );
}

const tones: Record<KeyStatus, StatusTone> = {
  active: "green",
  expiring: "amber",
  expired: "neutral",
  revoked: "neutral",
};

function StatusText({ status, apiKey, now }: { status: KeyStatus; apiKey: KeySummary; now: Date }) {
  const { expiresAt, revokedAt } = apiKey;
  const at = status === "revoked" ? revokedAt : status === "active" ? null : expiresAt;
  const word = status === "expiring" ? "expires" : status;
  return (
    <StatusDot tone={tones[status]}>
      {at ? (
        <span title={exactTimeText(at)}>
          {word} {relativeTimeText(at, now)}
        </span>
      ) : (
        word
      )}
    </StatusDot>
  );
}

const dayFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });

function DayText({ at }: { at: Date }) {
  return (
    <time dateTime={at.toISOString()} title={exactTimeText(at)}>
      {dayFormat.format(at)}
    </time>
  );
}

/** How many there are, and the way to the older and the newer ones. */
function Pager({ page, query }: { page: KeyPage; query: KeyListQuery }) {
  const { search, status, environment } = query;
  const shown = { search, status, environment };
  const count = page.counts[status];
  const [newest, oldest] = [page.keys.at(0), page.keys.at(-1)];
  return (
    <>
      <span className="tabular-nums">
        {count.toLocaleString("en")} {count === 1 ? "key" : "keys"}
      </span>
      <span className="ml-auto flex gap-2">
        {page.hasNewer && newest ? (
          <ButtonLink size="sm" href={keysAddress({ ...shown, before: newest.id })}>
            Newer
          </ButtonLink>
        ) : null}
        {page.hasOlder && oldest ? (
          <ButtonLink size="sm" href={keysAddress({ ...shown, after: oldest.id })}>
            Older
          </ButtonLink>
        ) : null}
      </span>
    </>
  );
}
