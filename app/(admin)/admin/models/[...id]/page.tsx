import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ModelHeader } from "@/app/(admin)/admin/models/[...id]/model-header";
import { ModelSkeleton } from "@/app/(admin)/admin/models/[...id]/model-skeleton";
import { PriceSection } from "@/app/(admin)/admin/models/[...id]/price-section";
import { readModel } from "@/app/(admin)/admin/models/read-model";
import { soon } from "@/app/soon";
import { Section } from "@/components/section";
import { SettingRow, SettingRows } from "@/components/setting-row";
import { getDb } from "@/db/client";
import { requirePageOperator } from "@/lib/auth/session";
import { countText } from "@/lib/count-text";
import { listUpstreamChoices } from "@/lib/models/catalogue-queries";
import { readPriceHistory } from "@/lib/models/prices";

export const metadata: Metadata = { title: "Model" };

export default function ModelPage(props: PageProps<"/admin/models/[...id]">) {
  return soon(ModelContent(props), <ModelSkeleton />);
}

async function ModelContent({ params }: PageProps<"/admin/models/[...id]">) {
  await requirePageOperator();
  const model = await readModel((await params).id);
  if (!model) notFound();
  const db = getDb();
  const [history, upstreams] = await Promise.all([
    readPriceHistory(db, model.id),
    listUpstreamChoices(db),
  ]);
  const tokens = (count: number) => `${countText(count)} tokens`;
  return (
    <>
      <ModelHeader model={model} upstreams={upstreams} />
      <div className="grid gap-5">
        <PriceSection model={model} history={history} />
        <Section title="Details" flush>
          <SettingRows>
            <SettingRow label="Answered by" hint="In order of preference">
              <ol className="grid gap-1">
                {model.ways.map((way) => (
                  <li key={way.upstreamId} className="wrap-anywhere">
                    {way.upstreamName}
                    {way.model === model.id ? null : (
                      <span className="text-fg-2">
                        , as <span className="font-mono text-[0.8125rem]">{way.model}</span>
                      </span>
                    )}
                  </li>
                ))}
              </ol>
            </SettingRow>
            <SettingRow label="Maker">{model.ownedBy}</SettingRow>
            <SettingRow label="Context">{tokens(model.contextTokens)}</SettingRow>
            <SettingRow label="Max output">
              {model.outputTokensMax === 0 ? "none (embeddings)" : tokens(model.outputTokensMax)}
            </SettingRow>
            {model.outputTokensMax > 0 ? (
              <SettingRow label="Default output" hint="If a request sets no limit">
                {tokens(model.outputTokensDefault)}
              </SettingRow>
            ) : null}
          </SettingRows>
        </Section>
      </div>
    </>
  );
}
