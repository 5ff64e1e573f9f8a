import { expect, it } from "vitest";
import { deriveKey, seal, unseal } from "@/lib/sealed";

const key = deriveKey("a secret of the deployment, long enough", "tests");
const plain = Buffer.from("gate_live_000000000000000000000000000000000000");

it("opens what it sealed, and never seals the same text twice alike", () => {
  const sealed = seal(key, plain, "row 1");
  expect(unseal(key, sealed, "row 1")).toEqual(plain);
  expect(sealed.includes(plain)).toBe(false);
  expect(seal(key, plain, "row 1")).not.toEqual(sealed);
});

it("doesn't open under another key, another context, or with a bit changed", () => {
  const sealed = seal(key, plain, "row 1");
  expect(
    unseal(deriveKey("a secret of the deployment, long enough", "other"), sealed, "row 1"),
  ).toBeNull();
  expect(unseal(key, sealed, "row 2")).toBeNull();
  for (const at of [0, 12, 28, sealed.length - 1]) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    expect(unseal(key, changed, "row 1")).toBeNull();
  }
  expect(unseal(key, sealed.subarray(0, 20), "row 1")).toBeNull();
});
