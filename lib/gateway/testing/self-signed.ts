import { generateKeyPairSync, sign } from "node:crypto";

/** A DER value: a tag, the length of what follows, and that. */
function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
const commonName = Buffer.from([0x55, 0x04, 0x03]);
const ecdsaWithSha256 = Buffer.from([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]);

/** A certificate for `localhost` that nobody but itself has signed (RFC 5280), with its key. */
export function selfSignedCertificate(): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const algorithm = sequence(der(0x06, ecdsaWithSha256));
  const name = sequence(
    der(0x31, sequence(der(0x06, commonName), der(0x0c, Buffer.from("localhost")))),
  );
  const validity = sequence(
    der(0x17, Buffer.from("250101000000Z")),
    der(0x17, Buffer.from("490101000000Z")),
  );
  const spki = publicKey.export({ type: "spki", format: "der" });
  const serial = der(0x02, Buffer.from([1]));
  const unsigned = sequence(serial, algorithm, name, validity, name, spki);
  const signature = der(0x03, Buffer.from([0]), sign("sha256", unsigned, privateKey));
  const base64 = sequence(unsigned, algorithm, signature).toString("base64");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}
