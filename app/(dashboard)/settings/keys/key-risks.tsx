import type { Route } from "next";
import {
  CapButton,
  DisableButton,
  ExpiryButton,
  type FixedKey,
  NarrowButton,
  RiskRow,
} from "@/app/(dashboard)/settings/keys/risk-fix";
import { riskText } from "@/app/(dashboard)/settings/keys/risk-text";
import { Badge } from "@/components/badge";
import { ButtonLink } from "@/components/button-link";
import { NearLink } from "@/components/near-link";
import { RelativeTime } from "@/components/relative-time";
import type { Risk } from "@/lib/keys/safety";
import type { UnsafeKey } from "@/lib/keys/safety-queries";
import { maskedSecret } from "@/lib/keys/terms";

/** From here on a risk is marked as serious. */
const seriousWeight = 60;

/** A key with what should be mended about it, each with its fix; read-only where `canFix` is false. */
export function KeyRisks({ apiKey, canFix }: { apiKey: UnsafeKey; canFix: boolean }) {
  const { id, name, environment, prefix, last4, lastUsedAt, risks } = apiKey;
  const fixed: FixedKey = {
    ...{ id, name, scopes: apiKey.scopes, updatedAt: apiKey.updatedAt },
    masked: maskedSecret({ prefix, last4 }),
  };
  return (
    <li className="py-3.5">
      <div className="flex flex-wrap items-baseline gap-x-2.5 gap-y-1 px-4">
        <h3 className="min-w-0 font-medium">
          <NearLink
            href={`/keys/${id}` as Route}
            title={name}
            className="line-clamp-2 rounded-sm wrap-anywhere underline-offset-2 hover:underline"
          >
            {name}
          </NearLink>
        </h3>
        <code className="font-mono text-xs text-fg-3">{fixed.masked}</code>
        {environment === "test" ? <Badge tone="amber">test</Badge> : null}
        <span className="text-xs text-fg-3">
          {lastUsedAt ? (
            <>
              used <RelativeTime at={lastUsedAt} />
            </>
          ) : (
            "never used"
          )}
        </span>
      </div>
      <ul className="mt-1">
        {risks.map((risk) => (
          <RiskRow
            key={risk.kind}
            className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-1.5 text-sm [&[hidden]]:hidden"
          >
            <RiskWords risk={risk} />
            {canFix ? <Fix apiKey={fixed} risk={risk} /> : null}
          </RiskRow>
        ))}
      </ul>
    </li>
  );
}

function RiskWords({ risk }: { risk: Risk }) {
  const { what, why } = riskText(risk);
  const isSerious = risk.weight >= seriousWeight;
  return (
    <div className="grid min-w-0 flex-1 basis-72 grid-cols-[auto_1fr] gap-x-2.5">
      <span
        aria-hidden
        className={`mt-1.75 size-1.5 rounded-full ${isSerious ? "bg-red" : "bg-amber"}`}
      />
      <p className="min-w-0">
        {isSerious ? <span className="sr-only">Serious: </span> : null}
        {what}
        <span className="text-fg-2">. {why}</span>
      </p>
    </div>
  );
}

/** The way to mend a risk, one press away. */
function Fix({ apiKey, risk }: { apiKey: FixedKey; risk: Risk }) {
  const { id, name } = apiKey;
  switch (risk.kind) {
    case "broad":
      return <NarrowButton apiKey={apiKey} to={risk.narrowTo} />;
    case "uncapped":
      return <CapButton apiKey={apiKey} />;
    case "endless":
      return <ExpiryButton apiKey={apiKey} />;
    case "idle":
      return (
        <span className="flex gap-2">
          <DisableButton apiKey={apiKey} />
          <ButtonLink
            size="sm"
            href={`/keys/${id}?revoke=1` as Route}
            aria-label={`Revoke ${name}`}
          >
            Revoke
          </ButtonLink>
        </span>
      );
    case "overdue":
      return (
        <ButtonLink size="sm" href={`/keys/${id}?rotate=1` as Route} aria-label={`Rotate ${name}`}>
          Rotate
        </ButtonLink>
      );
    case "secrets":
      return (
        <ButtonLink
          size="sm"
          href={`/keys/${id}` as Route}
          aria-label={`Open the rotation of ${name}`}
        >
          {risk.state === "old" ? "Retire it" : "Open the rotation"}
        </ButtonLink>
      );
  }
}
