import type { Metadata, Route } from "next";
import { notFound } from "next/navigation";
import { BackLink } from "@/app/(admin)/admin/form/back-link";
import { ConfirmAct } from "@/app/(admin)/admin/form/confirm-act";
import { DialogButton } from "@/app/(admin)/admin/form/dialog-button";
import { modelHref } from "@/app/(admin)/admin/models/model-address";
import { CheckButton } from "@/app/(admin)/admin/upstreams/[...id]/check-button";
import { EditUpstream } from "@/app/(admin)/admin/upstreams/[...id]/edit-upstream";
import { HealthSection } from "@/app/(admin)/admin/upstreams/[...id]/health-section";
import { UpstreamSkeleton } from "@/app/(admin)/admin/upstreams/[...id]/upstream-skeleton";
import { removeUpstreamAction } from "@/app/(admin)/admin/upstreams/actions";
import { CredentialText, HealthDot } from "@/app/(admin)/admin/upstreams/health-text";
import { readUpstream } from "@/app/(admin)/admin/upstreams/read-upstream";
import { kindLabels } from "@/app/(admin)/admin/upstreams/upstream-address";
import { soon } from "@/app/soon";
import { Callout } from "@/components/callout";
import { NearLink } from "@/components/near-link";
import { PageHeader } from "@/components/page-header";
import { Section } from "@/components/section";
import { SettingRow, SettingRows } from "@/components/setting-row";
import { requirePageOperator } from "@/lib/auth/session";
import type { UpstreamEntry } from "@/lib/upstreams/queries";

export const metadata: Metadata = { title: "Upstream" };

export default function UpstreamPage(props: PageProps<"/admin/upstreams/[...id]">) {
  return soon(UpstreamContent(props), <UpstreamSkeleton />);
}

async function UpstreamContent({ params }: PageProps<"/admin/upstreams/[...id]">) {
  await requirePageOperator();
  const upstream = await readUpstream((await params).id);
  if (!upstream) notFound();
  const isBuiltIn = upstream.kind === "simulated";
  const isOwn = !isBuiltIn && !upstream.isConfigured;
  return (
    <>
      <BackLink href={"/admin/upstreams" as Route}>Upstreams</BackLink>
      <PageHeader
        title={<span className="wrap-anywhere">{upstream.name}</span>}
        description={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="font-mono text-[0.8125rem] wrap-anywhere">{upstream.id}</span>
            {isBuiltIn ? null : <HealthDot health={upstream.health} />}
          </span>
        }
        actions={isOwn ? <UpstreamActs upstream={upstream} /> : null}
      />
      <div className="grid gap-5">
        {upstream.isConfigured ? (
          <Callout title="Named by the configuration file">
            Change its address and credential there; they apply from the next start. An upstream
            that the file no longer names can be changed here.
          </Callout>
        ) : null}
        {upstream.credential.state === "unreadable" ? (
          <Callout tone="red" title="Its credential can’t be read">
            It was encrypted under another AUTH_SECRET. Enter it again, or start with the old
            secret.
          </Callout>
        ) : null}
        <ConnectionSection upstream={upstream} />
        {isBuiltIn ? null : <HealthSection health={upstream.health} />}
        <ModelsSection models={upstream.models} />
      </div>
    </>
  );
}

function UpstreamActs({
  upstream: { id, name, baseUrl, allowPrivate },
}: {
  upstream: UpstreamEntry;
}) {
  return (
    <>
      <ConfirmAct
        label="Remove"
        title={`Remove ${name}?`}
        confirmLabel="Remove upstream"
        done="Upstream removed"
        leadsTo={"/admin/upstreams" as Route}
        act={removeUpstreamAction.bind(null, { id })}
      >
        Its address and credential are deleted. Move the models that use it to another upstream
        first.
      </ConfirmAct>
      <DialogButton dialog="edit" variant="primary" data-focus-fallback>
        Edit
      </DialogButton>
      <EditUpstream id={id} initial={{ name, baseUrl: baseUrl ?? "", allowPrivate }} />
    </>
  );
}

function ConnectionSection({ upstream }: { upstream: UpstreamEntry }) {
  const { id, kind, baseUrl, allowPrivate, credential } = upstream;
  const isBuiltIn = kind === "simulated";
  return (
    <Section title="Connection" flush footer={isBuiltIn ? null : <CheckButton id={id} />}>
      <SettingRows>
        <SettingRow label="Protocol">{kindLabels[kind]}</SettingRow>
        {isBuiltIn ? null : (
          <>
            <SettingRow label="Address">
              <span className="font-mono text-[0.8125rem] wrap-anywhere">{baseUrl}</span>
            </SettingRow>
            <SettingRow label="Credential" hint="Kept encrypted">
              <CredentialText credential={credential} />
            </SettingRow>
            <SettingRow label="Private addresses">
              {allowPrivate ? "allowed, and plain http" : "not allowed"}
            </SettingRow>
          </>
        )}
      </SettingRows>
    </Section>
  );
}

function ModelsSection({ models }: { models: readonly string[] }) {
  return (
    <Section title="Models" description="The models it answers for, first or as a fallback.">
      {models.length === 0 ? (
        <p className="text-sm text-fg-2">No model uses it.</p>
      ) : (
        <ul className="flex flex-wrap gap-x-4 gap-y-1.5">
          {models.map((model) => (
            <li key={model} className="min-w-0">
              <NearLink
                href={modelHref(model)}
                className="rounded-sm font-mono text-[0.8125rem] wrap-anywhere underline-offset-2 hover:underline"
              >
                {model}
              </NearLink>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
