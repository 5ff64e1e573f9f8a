import { expect, test } from "vitest";
import { isConsolePath } from "@/lib/auth/console-path";

test.each([
  ...["/admin", "/admin/", "/admin/accounts", "/ADMIN", "/Admin/accounts", "//admin", "/admin//a"],
  ...[
    "/%61dmin",
    "/%61%64%6D%69%6e/accounts",
    "/admin%2Faccounts",
    "/%2Fadmin",
    "/admin%5caccounts",
  ],
])("%s is the console's", (path) => {
  expect(isConsolePath(path)).toBe(true);
});

test.each([
  "/",
  "/administrators",
  "/docs/admin",
  "/overview",
  "/%61dministrators",
  "/admin%zz",
  "/ad%00min",
])("%s isn't the console's", (path) => {
  expect(isConsolePath(path)).toBe(false);
});
