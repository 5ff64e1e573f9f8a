import {
  CredentialText,
  failureText,
  HealthDot,
  latencyLine,
} from "@/app/(admin)/admin/upstreams/health-text";
import { kindLabels, upstreamHref } from "@/app/(admin)/admin/upstreams/upstream-address";
import { Badge } from "@/components/badge";
import { NearLink } from "@/components/near-link";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import { countText } from "@/lib/count-text";
import type { UpstreamEntry } from "@/lib/upstreams/queries";

/** Who answers for models, and how they fared within fifteen minutes. */
export function UpstreamTable({ upstreams }: { upstreams: readonly UpstreamEntry[] }) {
  return (
    <Table caption="Upstreams" footer="Figures of the last 15 minutes, over all gateways.">
      <TableHead>
        <Th>Upstream</Th>
        <Th>Credential</Th>
        <Th align="right">Models</Th>
        <Th>Health</Th>
        <Th align="right">Attempts</Th>
        <Th align="right">Errors</Th>
      </TableHead>
      <TableBody>
        {upstreams.map((upstream) => (
          <UpstreamRow key={upstream.id} upstream={upstream} />
        ))}
      </TableBody>
    </Table>
  );
}

function UpstreamRow({ upstream }: { upstream: UpstreamEntry }) {
  const { id, name, kind, baseUrl, models, health, credential, isConfigured } = upstream;
  const isBuiltIn = kind === "simulated";
  return (
    <Tr>
      <Td cell="title" className="py-2 md:max-w-80">
        <CellText
          title={
            <>
              <NearLink
                href={upstreamHref(id)}
                className="rounded-sm underline-offset-2 hover:underline"
              >
                {name}
              </NearLink>{" "}
              {isConfigured ? <Badge>configuration file</Badge> : null}
            </>
          }
          detail={
            <span className="line-clamp-1 wrap-anywhere">
              {baseUrl ? `${kindLabels[kind]} at ${baseUrl}` : kindLabels[kind]}
            </span>
          }
        />
      </Td>
      <Td label="Credential">
        {isBuiltIn ? (
          <span className="text-fg-3">–</span>
        ) : (
          <CredentialText credential={credential} />
        )}
      </Td>
      <Td label="Models" align="right">
        {countText(models.length)}
      </Td>
      <Td label="Health" className="py-2 whitespace-nowrap">
        {isBuiltIn ? (
          <span className="text-fg-3">always answers</span>
        ) : (
          <span className="block">
            <HealthDot health={health} />
            {health ? <span className="block text-xs text-fg-3">{latencyLine(health)}</span> : null}
          </span>
        )}
      </Td>
      <Td label="Attempts" align="right">
        {health ? countText(health.attempts) : "–"}
      </Td>
      <Td label="Errors" align="right">
        {health ? failureText(health) : "–"}
      </Td>
    </Tr>
  );
}
