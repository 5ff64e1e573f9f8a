import type { Metadata } from "next";
import { readSettings } from "@/app/(dashboard)/playground/address";
import { Playground } from "@/app/(dashboard)/playground/playground";
import { PlaygroundSkeleton } from "@/app/(dashboard)/playground/playground-skeleton";
import { soon } from "@/app/soon";
import { getDb } from "@/db/client";
import { requirePageScope } from "@/lib/auth/session";
import { brand } from "@/lib/brand";
import { apiBaseUrl } from "@/lib/env";
import { listKeyChoices } from "@/lib/keys/choices";
import { listChatModels } from "@/lib/models/queries";
import { may } from "@/lib/permissions";

export const metadata: Metadata = { title: "Playground" };

/** Trying the API without writing a program, as one of the workspace's keys. */
export default function PlaygroundPage(props: PageProps<"/playground">) {
  return soon(PlaygroundContent(props), <PlaygroundSkeleton />);
}

async function PlaygroundContent({ searchParams }: PageProps<"/playground">) {
  const scope = await requirePageScope();
  const params = new URLSearchParams(
    Object.entries(await searchParams).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    ),
  );
  const settings = readSettings(params);
  const [keys, models] = await Promise.all([
    listKeyChoices(getDb(), scope, settings.keyId || null),
    listChatModels(getDb(), settings.model),
  ]);
  return (
    <Playground
      owner={`${scope.workspaceId}.${scope.userId}`}
      initial={settings}
      keys={keys}
      models={models.map(({ inputNanosPerMtok, outputNanosPerMtok, ...model }) => ({
        ...model,
        inputNanosPerMtok: inputNanosPerMtok.toString(),
        outputNanosPerMtok: outputNanosPerMtok.toString(),
      }))}
      maySend={may(scope.role, "playground.use")}
      names={{
        keyVariable: brand.keyVariable,
        apiOrigin: apiBaseUrl().replace(/\/v1$/, ""),
      }}
    />
  );
}
