import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { isSignedBy, signerKeys } from "@/lib/keys/exposure-signature";

function makeSigner(curve = "P-256") {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: curve });
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  return {
    pem,
    identifier: createHash("sha256").update(pem).digest("hex"),
    sign: (body: Uint8Array) => sign("sha256", body, privateKey).toString("base64"),
  };
}

type Signer = ReturnType<typeof makeSigner>;

const published = (...signers: Signer[]) => ({
  public_keys: signers.map(({ identifier, pem }) => ({
    key_identifier: identifier,
    key: pem,
    is_current: true,
  })),
});

const body = Buffer.from('[{"token":"t","type":"x","url":"","source":"content"}]');

async function publish(answer: () => { status: number; body: unknown }) {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    const { status, body: json } = answer();
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}/keys`, requests: () => requests };
}

describe("a signature", () => {
  const signer = makeSigner();
  const keys = signerKeys(JSON.stringify(published(makeSigner(), signer)));
  const from = { identifier: signer.identifier, signature: signer.sign(body) };

  test("counts over exactly the bytes that were signed", async () => {
    expect(await isSignedBy(keys, body, from)).toBe(true);
    expect(await isSignedBy(keys, Buffer.concat([body, Buffer.from(" ")]), from)).toBe(false);
    expect(await isSignedBy(keys, Buffer.from(""), from)).toBe(false);
  });

  test.each([
    ["no signature", { signature: null }],
    ["an empty one", { signature: "" }],
    ["text that isn't base64", { signature: "not base64!" }],
    ["base64 that isn't DER", { signature: "AAAA" }],
    ["one that is too long", { signature: "A".repeat(4_096) }],
    ["no key named", { identifier: null }],
    ["a key that isn't published", { identifier: makeSigner().identifier }],
    ["a name that is a field of every object", { identifier: "__proto__" }],
    ["another key's signature", { signature: makeSigner().sign(body) }],
  ])("is refused: %s", async (_what, change) => {
    expect(await isSignedBy(keys, body, { ...from, ...change })).toBe(false);
  });

  test("is accepted by a PEM, also on one line with \\n, whatever key is named", async () => {
    for (const pem of [signer.pem, signer.pem.replaceAll("\n", "\\n")]) {
      const only = signerKeys(pem);
      expect(await isSignedBy(only, body, { ...from, identifier: "mine" })).toBe(true);
      expect(await isSignedBy(only, body, { ...from, signature: makeSigner().sign(body) })).toBe(
        false,
      );
    }
  });

  test("needs a key on P-256", () => {
    expect(() => signerKeys(JSON.stringify(published(makeSigner("P-384"))))).toThrow(/P-256/);
    expect(() => signerKeys("{}")).toThrow();
    expect(() => signerKeys("nonsense")).toThrow();
  });
});

describe("published keys", () => {
  test("are read once for many reports, and unknown names don't make more requests", async () => {
    const signer = makeSigner();
    const source = await publish(() => ({ status: 200, body: published(signer) }));
    const keys = signerKeys(source.url);
    const from = { identifier: signer.identifier, signature: signer.sign(body) };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => isSignedBy(keys, body, from)),
    );
    expect(answers).toEqual(Array(10).fill(true));
    for (let i = 0; i < 20; i++) {
      expect(await isSignedBy(keys, body, { ...from, identifier: randomUUID() })).toBe(false);
    }
    expect(source.requests()).toBe(1);
  });

  test("that can't be read are an outage and not a wrong signature", async () => {
    const signer = makeSigner();
    let status = 500;
    const source = await publish(() => ({ status, body: published(signer) }));
    const keys = signerKeys(source.url);
    const from = { identifier: signer.identifier, signature: signer.sign(body) };
    await expect(isSignedBy(keys, body, from)).rejects.toThrow();
    status = 200;
    expect(await isSignedBy(keys, body, from)).toBe(true);
  });

  test("aren't asked for by what has no signature's form", async () => {
    const source = await publish(() => ({ status: 500, body: {} }));
    const keys = signerKeys(source.url);
    expect(await isSignedBy(keys, body, { identifier: null, signature: null })).toBe(false);
    expect(await isSignedBy(keys, body, { identifier: "a", signature: "no base64" })).toBe(false);
    expect(source.requests()).toBe(0);
  });
});
