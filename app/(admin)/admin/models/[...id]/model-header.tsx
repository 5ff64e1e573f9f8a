import type { Route } from "next";
import { BackLink } from "@/app/(admin)/admin/form/back-link";
import { ConfirmAct } from "@/app/(admin)/admin/form/confirm-act";
import { DialogButton } from "@/app/(admin)/admin/form/dialog-button";
import { EditModel } from "@/app/(admin)/admin/models/[...id]/edit-model";
import { restoreModelAction, retireModelAction } from "@/app/(admin)/admin/models/actions";
import type { UpstreamChoice } from "@/app/(admin)/admin/models/model-fields";
import { ModelStatus } from "@/app/(admin)/admin/models/model-table";
import { Callout } from "@/components/callout";
import { PageHeader } from "@/components/page-header";
import type { CatalogueEntry } from "@/lib/models/catalogue-queries";

export interface ModelHeaderProps {
  model: CatalogueEntry;
  upstreams: readonly UpstreamChoice[];
}

/** What a model is called, how it stands, and what can be done with it. */
export function ModelHeader({ model, upstreams }: ModelHeaderProps) {
  return (
    <>
      <BackLink href={"/admin/models" as Route}>Models and prices</BackLink>
      <PageHeader
        title={<span className="wrap-anywhere">{model.displayName}</span>}
        description={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="font-mono text-[0.8125rem] wrap-anywhere">{model.id}</span>
            <ModelStatus model={model} />
          </span>
        }
        actions={model.isConfigured ? null : <ModelActs model={model} />}
      />
      {model.isConfigured ? (
        <div className="mb-5">
          <Callout title="Named by the configuration file">
            Change its details and price there; they apply from the next start. A model that the
            file no longer names can be changed here.
          </Callout>
        </div>
      ) : (
        <EditModel
          upstreams={upstreams}
          model={{
            id: model.id,
            displayName: model.displayName,
            ownedBy: model.ownedBy,
            ways: model.ways.map(({ upstreamId, model: name }) => ({
              ...{ upstreamId, model: name === model.id ? "" : name },
            })),
            contextTokens: String(model.contextTokens),
            outputTokensMax: String(model.outputTokensMax),
            outputTokensDefault: String(model.outputTokensDefault),
            listed: model.listed,
          }}
        />
      )}
    </>
  );
}

function ModelActs({ model: { id, retiredAt } }: { model: CatalogueEntry }) {
  return (
    <>
      {retiredAt ? (
        <ConfirmAct
          label="Bring back"
          title="Bring this model back?"
          confirmLabel="Bring back"
          tone="primary"
          done="The model answers again"
          act={restoreModelAction.bind(null, { id })}
        >
          It answers from the next request, at the price in effect then.
        </ConfirmAct>
      ) : (
        <ConfirmAct
          label="Retire"
          title={`Retire ${id}?`}
          confirmLabel="Retire model"
          done="The model is retired"
          act={retireModelAction.bind(null, { id })}
        >
          From the next request, callers get 404 for it, and it leaves all lists. Answers that are
          under way end as they would have. Its past requests stay as they are, and it can be
          brought back.
        </ConfirmAct>
      )}
      <DialogButton dialog="edit">Edit</DialogButton>
      <DialogButton dialog="price" variant="primary" data-focus-fallback>
        Set price
      </DialogButton>
    </>
  );
}
