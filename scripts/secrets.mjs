import { randomBytes, randomInt } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "./problem.mjs";

const secretLengthMin = 32;

const adjectives =
  "amber brisk calm clear coral crisp early fresh gentle golden keen lively lunar mellow noble quiet rapid silver solar steady sunny swift tidal vivid".split(
    " ",
  );
const nouns =
  "anchor aspen badger beacon birch canyon cedar comet falcon harbor heron island juniper lantern maple meadow otter pebble prairie river summit thistle valley willow".split(
    " ",
  );

/**
 * @template T
 * @param {T[]} list
 * @returns {T}
 */
function pick(list) {
  return /** @type {T} */ (list[randomInt(list.length)]);
}

/** One that a person can read off a terminal and type: about 34 bits, and sign-in is throttled. */
export function makeReadablePassword() {
  return `${pick(adjectives)}-${pick(nouns)}-${pick(nouns)}-${randomInt(1000, 10_000)}`;
}

/** Each secret that the product needs and can make for itself. */
const makers = {
  AUTH_SECRET: () => randomBytes(33).toString("base64url"),
  DEMO_WEBHOOK_SECRET: () => randomBytes(33).toString("base64url"),
  DEMO_PASSWORD: makeReadablePassword,
};

/** @typedef {Record<keyof typeof makers, string>} Secrets */

/**
 * The secrets of an installation: those that the environment sets, and for the rest random ones
 * that are made once and kept in the data directory.
 * @param {string} dataDir
 * @returns {Secrets}
 */
export function readSecrets(dataDir, env = process.env) {
  if (env.AUTH_SECRET && env.AUTH_SECRET.length < secretLengthMin) {
    throw new Problem(
      `AUTH_SECRET is too short: set at least ${secretLengthMin} random characters ` +
        "(openssl rand -base64 33), or leave it out to have one made.",
    );
  }
  const file = join(dataDir, "secrets.json");
  const kept = readKept(file);
  const all = {
    AUTH_SECRET: kept.AUTH_SECRET ?? makers.AUTH_SECRET(),
    DEMO_WEBHOOK_SECRET: kept.DEMO_WEBHOOK_SECRET ?? makers.DEMO_WEBHOOK_SECRET(),
    DEMO_PASSWORD: kept.DEMO_PASSWORD ?? makers.DEMO_PASSWORD(),
  };
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
  return {
    AUTH_SECRET: env.AUTH_SECRET || all.AUTH_SECRET,
    DEMO_WEBHOOK_SECRET: env.DEMO_WEBHOOK_SECRET || all.DEMO_WEBHOOK_SECRET,
    DEMO_PASSWORD: env.DEMO_PASSWORD || all.DEMO_PASSWORD,
  };
}

/**
 * @param {string} file
 * @returns {Partial<Secrets>}
 */
function readKept(file) {
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return {};
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(`${file} is not valid JSON. Restore it; deleting it signs everybody out.`);
  }
}
