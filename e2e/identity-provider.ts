import { once } from "node:events";
import { createServer } from "node:http";
import Provider from "oidc-provider";

export interface IdentityProvider {
  /** Answers with an id token for somebody else from now on. */
  setForeignAudience(isForeign: boolean): void;
  close(): Promise<void>;
}

/** The same token for another client; our side has it from the token endpoint and checks its claims. */
function forAnother(token: string): string {
  const [head = "", body = "", signature = ""] = token.split(".");
  const claims = JSON.parse(Buffer.from(body, "base64url").toString());
  const changed = Buffer.from(JSON.stringify({ ...claims, aud: "another-client" }));
  return [head, changed.toString("base64url"), signature].join(".");
}

/**
 * A real OpenID provider with its own forms for signing in and consent. Whoever signs in as `NAME` has the address
 * `NAME@example.com`; it isn't confirmed where the name begins with `unsure`.
 */
export async function startIdentityProvider(options: {
  port: number;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
}): Promise<IdentityProvider> {
  let isForeign = false;
  const provider = new Provider(`http://127.0.0.1:${options.port}`, {
    clients: [
      {
        client_id: options.clientId,
        client_secret: options.clientSecret,
        redirect_uris: [options.redirectUri],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    pkce: { required: () => true },
    cookies: { keys: ["a key of the tests"] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        name: `Person ${id}`,
        email: `${id}@example.com`,
        email_verified: !id.startsWith("unsure"),
      }),
    }),
  });
  provider.use(async (context, next) => {
    await next();
    if (context.path !== "/token" || !isForeign) return;
    const body: unknown = context.body;
    if (typeof body !== "object" || body === null || !("id_token" in body)) return;
    context.body = { ...body, id_token: forAnother(String(body.id_token)) };
  });
  const server = createServer(provider.callback());
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening");
  return {
    setForeignAudience(value) {
      isForeign = value;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
