import { expect, it } from "vitest";
import { Router } from "@/lib/gateway/router";

const router = new Router([
  { method: "GET", pattern: "/v1/models" },
  { method: "GET", pattern: "/v1/models/{id...}" },
  { method: "GET", pattern: "/v1/keys/{id}" },
  { method: "PATCH", pattern: "/v1/keys/{id}" },
  { method: "POST", pattern: "/v1/keys/{id}/revoke" },
]);

const find = (method: string, path: string) => {
  const found = router.find(method, path);
  return found?.route ? [found.route.pattern, { ...found.params }] : (found?.allowed ?? null);
};

it("finds a route by method and path, with what stands in for its names", () => {
  expect(find("GET", "/v1/models")).toEqual(["/v1/models", {}]);
  expect(find("POST", "/v1/keys/key_1/revoke")).toEqual(["/v1/keys/{id}/revoke", { id: "key_1" }]);
  expect(find("GET", "/v1/models/vendor/model-1.5")).toEqual([
    "/v1/models/{id...}",
    { id: "vendor/model-1.5" },
  ]);
});

it("decodes each segment by itself, so that an encoded slash makes no new one", () => {
  expect(find("GET", "/v1/keys/a%2Fb")).toEqual(["/v1/keys/{id}", { id: "a/b" }]);
  expect(find("GET", "/v1/keys/100%2525")).toEqual(["/v1/keys/{id}", { id: "100%25" }]);
  expect(find("GET", "/v1/%6dodels")).toEqual(["/v1/models", {}]);
});

it("answers HEAD as GET, and tells which methods a path has", () => {
  expect(find("HEAD", "/v1/models")).toEqual(["/v1/models", {}]);
  expect(find("DELETE", "/v1/keys/key_1")).toEqual(["GET", "HEAD", "PATCH"]);
});

it.each(["/", "/v1", "/v1/keys", "/v1/keys/", "/v1/models/", "//v1/models", "/v1/keys/a/b/c"])(
  "knows nothing at %s",
  (path) => expect(find("GET", path)).toBeNull(),
);

it("names like those of every object are only names", () => {
  expect(find("GET", "/v1/keys/__proto__")).toEqual(["/v1/keys/{id}", { id: "__proto__" }]);
  expect(find("constructor", "/v1/models")).toEqual(["GET", "HEAD"]);
});
