import { headers } from "next/headers";
import { CreateKeyFlow } from "@/app/(dashboard)/keys/create-key-flow";
import { type Drawn, partSoon } from "@/app/soon";
import { getDb } from "@/db/client";
import { clientAddress } from "@/lib/auth/address";
import { summarizeError } from "@/lib/auth/error-summary";
import { requirePageScope } from "@/lib/auth/session";
import { apiBaseUrl, readEnv } from "@/lib/env";
import { grantableScopes } from "@/lib/keys/permission";
import { log } from "@/lib/log";
import { listModelIds } from "@/lib/models/queries";
import { may } from "@/lib/permissions";

/**
 * The dialog that makes a key stands beside the page and not in it: a page that can't be read again must not take
 * along a secret that is shown once.
 */
export default function KeysLayout({ children }: LayoutProps<"/keys">) {
  return (
    <>
      {children}
      <CreateKey />
    </>
  );
}

function CreateKey() {
  return partSoon(CreateKeyContent(), null);
}

async function CreateKeyContent(): Promise<Drawn> {
  const { role } = await requirePageScope();
  if (!may(role, "keys.manage")) return null;
  const [models, { address }] = await Promise.all([readModels(), headers().then(clientAddress)]);
  return (
    <CreateKeyFlow
      apiBaseUrl={apiBaseUrl()}
      grantable={grantableScopes(role)}
      testKeys={readEnv().TEST_KEYS}
      models={models}
      ownAddress={address}
    />
  );
}

/** A key can be made without knowing which models there are. */
async function readModels(): Promise<string[] | null> {
  try {
    return await listModelIds(getDb());
  } catch (error) {
    log.error({ error: summarizeError(error) }, "the models of the catalogue not read");
    return null;
  }
}
