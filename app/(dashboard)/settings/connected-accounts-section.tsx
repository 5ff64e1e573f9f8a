import { ConnectButton, DisconnectButton } from "@/app/(dashboard)/settings/connect-buttons";
import { Callout } from "@/components/callout";
import { ProviderMark } from "@/components/provider-mark";
import { RelativeTime } from "@/components/relative-time";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { listConnected } from "@/lib/auth/connected";
import { listProviders, providerName } from "@/lib/auth/providers";
import type { Scope } from "@/lib/scope";

/** How a trip to a provider ended; the address bar names it and nothing more. */
const outcomes: Record<string, { tone: "green" | "red"; text: string }> = {
  done: { tone: "green", text: "The account is connected. You can sign in with it." },
  taken: { tone: "red", text: "That account is connected already, here or with somebody else." },
  cancelled: { tone: "red", text: "You cancelled at the provider. Nothing was changed." },
  provider: { tone: "red", text: "Connecting didn’t work. Try again." },
};

export interface ConnectedAccountsProps {
  scope: Scope;
  /** The page's own `connect` parameter. */
  outcome?: string | string[] | undefined;
}

/** The accounts elsewhere that open this one; nothing where the deployment has no providers. */
export async function ConnectedAccountsSection({ scope, outcome }: ConnectedAccountsProps) {
  const { accounts } = await listConnected(getDb(), scope);
  const offered = listProviders();
  const gone = accounts.filter(({ provider }) => !offered.some(({ id }) => id === provider));
  const rows = [
    ...offered,
    ...gone.map(({ provider }) => ({ id: provider, name: providerName(provider) })),
  ];
  if (rows.length === 0) return null;
  const result =
    typeof outcome === "string" && Object.hasOwn(outcomes, outcome) ? outcomes[outcome] : undefined;
  return (
    <div id="connected-accounts" className="grid gap-3">
      {result ? (
        <Callout tone={result.tone} role="status">
          {result.text}
        </Callout>
      ) : null}
      <Section
        title="Connected accounts"
        description="Sign in with these instead of your password. A matching email address alone never connects one."
        flush
      >
        <ul className="divide-y divide-line">
          {rows.map(({ id, name }) => {
            const account = accounts.find(({ provider }) => provider === id);
            return (
              <li key={id} className="flex flex-wrap items-center gap-3 px-4 py-3">
                <ProviderMark id={id} />
                <div className="min-w-0 flex-1">
                  <p className="font-medium">{name}</p>
                  <p className="text-sm break-words text-fg-2">
                    {account ? (
                      <>
                        {account.email ? `${account.email} · ` : null}connected{" "}
                        <RelativeTime at={account.createdAt.toISOString()} />
                      </>
                    ) : (
                      "Not connected"
                    )}
                  </p>
                </div>
                {account ? (
                  <DisconnectButton provider={id} name={name} />
                ) : (
                  <ConnectButton provider={id} name={name} />
                )}
              </li>
            );
          })}
        </ul>
      </Section>
    </div>
  );
}
