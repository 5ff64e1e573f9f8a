import { RelativeTime } from "@/components/relative-time";
import { Section } from "@/components/section";
import { StatusDot, type StatusTone } from "@/components/status-dot";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import { getDb } from "@/db/client";
import { countText } from "@/lib/count-text";
import { listKeys } from "@/lib/keys/queries";
import { KeyListQuery } from "@/lib/keys/schema";
import { keyStatus } from "@/lib/keys/status";
import type { Scope } from "@/lib/scope";

const tones: Partial<Record<string, StatusTone>> = {
  ...{ active: "green", rotating: "amber", expiring: "amber" },
};

/** The account's keys, masked, those used last on top. */
export async function KeysSection({ scope }: { scope: Scope }) {
  const query = KeyListQuery.parse({ sort: "used" });
  const page = await listKeys(getDb(), scope, query);
  const { all, active } = page.counts;
  return (
    <Section
      flush
      title="API keys"
      description={
        all === 0
          ? null
          : `${countText(active)} active of ${countText(all)}${
              page.hasNext ? "; the 50 used last are shown" : ""
            }`
      }
    >
      {page.keys.length === 0 ? (
        <p className="px-4 py-3.5 text-sm text-fg-2">It has made no keys.</p>
      ) : (
        <Table caption="API keys" framed={false}>
          <TableHead>
            <Th>Name</Th>
            <Th>Key</Th>
            <Th>Scopes</Th>
            <Th>Status</Th>
            <Th>Last used</Th>
          </TableHead>
          <TableBody>
            {page.keys.map((key) => {
              const status = keyStatus(key, page.now);
              return (
                <Tr key={key.id}>
                  <Td cell="title" className="md:max-w-64 md:py-2">
                    <CellText title={key.name} detail={key.id} />
                  </Td>
                  <Td label="Key" mono className="whitespace-nowrap">
                    {key.prefix}_…{key.last4}
                  </Td>
                  <Td label="Scopes">{key.scopes.join(", ") || "none"}</Td>
                  <Td label="Status" className="whitespace-nowrap">
                    <StatusDot tone={tones[status] ?? "neutral"}>{status}</StatusDot>
                  </Td>
                  <Td label="Last used" className="whitespace-nowrap">
                    {key.lastUsedAt ? (
                      <RelativeTime at={key.lastUsedAt} />
                    ) : (
                      <span className="text-fg-3">never</span>
                    )}
                  </Td>
                </Tr>
              );
            })}
          </TableBody>
        </Table>
      )}
    </Section>
  );
}
