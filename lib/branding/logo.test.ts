import { crc32, deflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { cleanLogo } from "@/lib/branding/logo";

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

function png(
  width: number,
  height: number,
  extra: Buffer[] = [],
  behind = Buffer.alloc(0),
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    ...extra,
    chunk("IDAT", deflateSync(Buffer.alloc(height * (width + 1)))),
    chunk("IEND", Buffer.alloc(0)),
    behind,
  ]);
}

const refusal = expect.objectContaining({
  code: "VALIDATION_ERROR",
  fields: { file: expect.stringMatching(/\.$/) },
});

it("a PNG is kept as its picture alone: no texts, nothing behind its end", () => {
  const plain = png(2, 3);
  const stuffed = png(
    2,
    3,
    [chunk("tEXt", Buffer.from("Comment\0<script>"))],
    Buffer.from("<svg>"),
  );
  expect(cleanLogo(stuffed)).toEqual({
    ...{ contentType: "image/png", body: plain, leftOut: [] },
  });
});

it("a PNG that is damaged, cut off, without a picture or too large is refused", () => {
  const whole = png(2, 2);
  const damaged = Buffer.from(whole);
  damaged.writeUInt8(damaged.readUInt8(20) ^ 1, 20);
  for (const file of [
    damaged,
    whole.subarray(0, -1),
    whole.subarray(0, 33),
    png(2_049, 1),
    png(0, 1),
  ]) {
    expect(() => cleanLogo(file)).toThrow(refusal);
  }
});

it("what it is told by what it holds: other pictures, pages and bytes that are no text are refused", () => {
  for (const file of ["GIF89a", "<html></html>", "", "\u00ff\u00d8\u00ff"]) {
    expect(() => cleanLogo(Buffer.from(file, "latin1"))).toThrow(refusal);
  }
  expect(() => cleanLogo(Buffer.alloc(65_537, 0x20))).toThrow(refusal);
});

it("an SVG becomes what is harmless of it", () => {
  const logo = cleanLogo(
    Buffer.from('<svg viewBox="0 0 1 1"><script>alert(1)</script><path d="M0 0h1v1z"/></svg>'),
  );
  expect(logo).toMatchObject({ contentType: "image/svg+xml", leftOut: ["script"] });
  expect(logo.body.toString()).toBe(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>',
  );
});
