import fc from "fast-check";
import type postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "@/db/client";
import type { Admission } from "@/lib/budgets/acquire";
import { DirectDoor } from "@/lib/budgets/model/direct-door";
import type { Ask, OpenDoor } from "@/lib/budgets/model/door";
import { sequences } from "@/lib/budgets/model/properties";
import { runs, testMsMax } from "@/lib/budgets/model/runs";
import { World } from "@/lib/budgets/model/world";

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());

type Kind = "honest" | "miserly" | "generous";

const asideNanos = 100;

/** Has some of the balance aside, which nobody else may spend until it is quiet. */
class HoardingDoor extends DirectDoor {
  private readonly hoards = new Set<string>();

  constructor(
    private readonly own: postgres.Sql,
    instanceId: string,
    private readonly kind: Kind,
  ) {
    super(own, instanceId);
  }

  override async admit(ask: Ask): Promise<Admission> {
    const { workspaceId } = ask;
    // A slice that isn't taken from anything.
    if (this.kind === "generous") {
      await this.own`
        update budgets set "limit" = "limit" + 5
        where workspace_id = ${workspaceId} and kind = 'balance'`;
    }
    // Its own slice it may spend itself.
    await this.giveBack();
    const admission = await super.admit(ask);
    const { count } = await this.own`
      update budgets set held = held + ${asideNanos}
      where workspace_id = ${workspaceId} and kind = 'balance'
        and used + held + ${asideNanos} <= "limit"`;
    if (count > 0) this.hoards.add(workspaceId);
    return admission;
  }

  private async giveBack(): Promise<void> {
    for (const workspaceId of this.hoards) {
      await this.own`
        update budgets set held = held - ${asideNanos}
        where workspace_id = ${workspaceId} and kind = 'balance'`;
    }
    this.hoards.clear();
  }

  override async quiet(): Promise<void> {
    if (this.kind !== "miserly") await this.giveBack();
  }

  override async close(): Promise<void> {
    await super.close();
    await this.own.end({ timeout: 2 });
  }
}

const openHoarding =
  (kind: Kind): OpenDoor =>
  async ({ url, instanceId }) =>
    new HoardingDoor(connect(url, 1, 10_000), instanceId, kind);

const check = (mode: "exact" | "leased", kind: Kind) =>
  fc.check(sequences(world, { mode, open: openHoarding(kind) }), {
    ...runs(8),
    endOnFailure: true,
  });

describe("the comparison with a form that has slices aside", () => {
  it(
    "lets it refuse what others have aside, as long as they give it back when they are quiet",
    async () => {
      const { failed, errorInstance } = await check("leased", "honest");
      expect({ failed, errorInstance }).toEqual({ failed: false, errorInstance: null });
    },
    testMsMax,
  );

  it(
    "isn't the exact one",
    async () => expect(await check("exact", "honest")).toMatchObject({ failed: true }),
    testMsMax,
  );

  it.each(["miserly", "generous"] satisfies Kind[])(
    "notices one that is %s",
    async (kind) => expect(await check("leased", kind)).toMatchObject({ failed: true }),
    testMsMax,
  );
});
