import "server-only";
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { z } from "zod";

/**
 * The signatures of GitHub's secret scanning partner programme: ECDSA on P-256 over the SHA-256 of the
 * raw body, as base64 of the DER form, by a key that GitHub publishes.
 * https://docs.github.com/en/code-security/secret-scanning/secret-scanning-partnership-program/secret-scanning-partner-program
 */
export const keyIdentifierHeader = "github-public-key-identifier";
export const signatureHeader = "github-public-key-signature";

/** Gives a signer's public key by its identifier; null where there is none of that name. */
export interface SignerKeys {
  /** Throws where the published keys can't be read. */
  find(identifier: string): Promise<KeyObject | null>;
}

const PublishedKeys = z.object({
  public_keys: z.array(z.object({ key_identifier: z.string().min(1), key: z.string() })).min(1),
});

function parsePublicKey(pem: string): KeyObject {
  const key = createPublicKey(pem);
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (key.asymmetricKeyType !== "ec" || curve !== "prime256v1") {
    throw new Error("a published key isn't on the curve P-256");
  }
  return key;
}

function parsePublishedKeys(json: unknown): Map<string, KeyObject> {
  const { public_keys: published } = PublishedKeys.parse(json);
  return new Map(published.map(({ key_identifier, key }) => [key_identifier, parsePublicKey(key)]));
}

const fetchMs = 5_000;
const publishedCharsMax = 256 * 1024;
/** Keys are changed rarely, and a new one is noticed by its unknown identifier. */
const freshMs = 60 * 60 * 1_000;
/** Anybody can send an unknown identifier; that must not become a flood of requests to GitHub. */
const refetchMs = 60 * 1_000;

async function fetchPublishedKeys(url: string): Promise<Map<string, KeyObject>> {
  const response = await fetch(url, {
    headers: { accept: "application/json", "user-agent": "gatehouse" },
    redirect: "error",
    signal: AbortSignal.timeout(fetchMs),
    cache: "no-store",
  });
  if (!response.ok) throw new Error(`the published keys were answered with ${response.status}`);
  const text = await response.text();
  if (text.length > publishedCharsMax) throw new Error("the published keys are too long");
  return parsePublishedKeys(JSON.parse(text));
}

function keysBehind(url: string): SignerKeys {
  let known = new Map<string, KeyObject>();
  let readAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;

  async function read(): Promise<void> {
    triedAt = performance.now();
    known = await fetchPublishedKeys(url);
    readAt = performance.now();
  }

  /** Requests that come while the keys are being read wait for the same answer. */
  function readOnce(): Promise<void> {
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  }

  return {
    async find(identifier) {
      const now = performance.now();
      const isStale = now - readAt > freshMs;
      const mayRead = reading !== null || now - triedAt > refetchMs || known.size === 0;
      if ((isStale || !known.has(identifier)) && mayRead) {
        // Keys read earlier stay good while the address is out of reach.
        await readOnce().catch((error: unknown) => {
          if (known.size === 0) throw error;
        });
      }
      return known.get(identifier) ?? null;
    },
  };
}

/**
 * The signer's keys as `GITHUB_SECRET_SCANNING_KEYS` gives them: an address they are published at, the
 * JSON that would stand there, or one PEM, which then answers to every identifier. Throws where it is
 * none of these.
 */
export function signerKeys(source: string): SignerKeys {
  const text = source.trim();
  if (/^https?:\/\//i.test(text)) return keysBehind(text);
  if (text.startsWith("{")) {
    const known = parsePublishedKeys(JSON.parse(text));
    return { find: async (identifier) => known.get(identifier) ?? null };
  }
  // A line in a `.env` file spells line breaks as \n.
  const key = parsePublicKey(text.replaceAll("\\n", "\n"));
  return { find: async () => key };
}

const identifierPattern = /^[\w.:-]{1,200}$/;
const base64Pattern = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** A DER signature on P-256 has at most 72 bytes. */
const signatureCharsMax = 96;

/**
 * Whether `rawBody`, exactly these bytes, was signed by the key named. Throws only where the published
 * keys can't be read.
 */
export async function isSignedBy(
  keys: SignerKeys,
  rawBody: Uint8Array,
  from: { identifier: string | null; signature: string | null },
): Promise<boolean> {
  const { identifier, signature } = from;
  if (identifier === null || !identifierPattern.test(identifier)) return false;
  if (signature === null || signature === "" || signature.length > signatureCharsMax) return false;
  if (!base64Pattern.test(signature)) return false;
  const key = await keys.find(identifier);
  if (!key) return false;
  try {
    return verify("sha256", rawBody, key, Buffer.from(signature, "base64"));
  } catch {
    return false;
  }
}
