import { afterEach, describe, expect, it, vi } from "vitest";
import { AddressForbidden, checkHost, isPublicAddress, lookupPublic } from "@/lib/outbound-address";

const dns = vi.hoisted(() => ({ answer: [{ address: "192.0.2.1", family: 4 }] }));
vi.mock("node:dns", () => ({
  lookup: (_name: string, _options: object, done: (error: null, found: object[]) => void) =>
    done(null, dns.answer),
}));
afterEach(() => {
  dns.answer = [];
});

describe("the addresses that an upstream may have", () => {
  it.each(["8.8.8.8", "2606:4700::1111"])("%s is public", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ...["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"],
    ...["0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "nonsense"],
    ...["::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"],
    ...["64:ff9b::a00:1", "2002:a00:1::", "2001::1", "2001:db8::1"],
  ])("%s is not", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(["https://127.1/", "https://2130706433/", "https://0x7f.1/", "https://[::1]/"])(
    "%s is refused however it is written",
    (url) => {
      expect(() => checkHost(new URL(url))).toThrow(AddressForbidden);
    },
  );

  const resolve = (all: boolean) =>
    new Promise((done) => {
      lookupPublic("api.example.com", { all }, (error, address) => done(error ?? address));
    });

  it("a name that leads inside is refused, even where one of its addresses is public", async () => {
    dns.answer = [
      { address: "8.8.8.8", family: 4 },
      { address: "10.0.0.1", family: 4 },
    ];
    expect(await resolve(true)).toBeInstanceOf(AddressForbidden);
    expect(await resolve(false)).toBeInstanceOf(AddressForbidden);
  });

  it("the connection is made to the addresses that were checked", async () => {
    dns.answer = [{ address: "8.8.8.8", family: 4 }];
    expect(await resolve(true)).toEqual(dns.answer);
    dns.answer = [{ address: "8.8.4.4", family: 4 }];
    expect(await resolve(false)).toBe("8.8.4.4");
  });

  it("a name without an address is an error", async () => {
    expect(await resolve(true)).toBeInstanceOf(Error);
  });
});
