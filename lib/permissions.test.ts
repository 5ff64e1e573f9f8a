import { expect, test } from "vitest";
import { may, permissionNames, requirePermission, whyNot } from "@/lib/permissions";
import { roles } from "@/lib/scope";

test("P14 what each role may change, and that everybody may look", () => {
  const changes = permissionNames.filter((name) => !name.endsWith(".read"));
  const held = Object.fromEntries(
    roles.map((role) => [role, changes.filter((name) => may(role, name)).sort()]),
  );
  expect(held).toEqual({
    owner: [...changes].sort(),
    admin: changes.filter((name) => name !== "owners.manage" && name !== "workspace.delete").sort(),
    developer: ["keys.manage", "playground.use", "webhooks.manage"],
    billing: ["billing.manage", "plan.change"],
    viewer: [],
  });
  for (const name of permissionNames.filter((one) => one.endsWith(".read"))) {
    expect(roles.every((role) => may(role, name))).toBe(true);
  }
});

test("a refusal says who may", () => {
  expect(whyNot("keys.manage")).toBe("Only owners, admins and developers can change API keys.");
  expect(whyNot("workspace.delete")).toBe("Only owners can delete the workspace.");
  expect(() => requirePermission({ role: "viewer" }, "keys.manage")).toThrow(
    "Only owners, admins and developers can change API keys.",
  );
  expect(() => requirePermission({ role: "developer" }, "keys.manage")).not.toThrow();
});
