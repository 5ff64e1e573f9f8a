import { expect, it } from "vitest";
import { authentication } from "@/lib/gateway/cases/authentication";
import { bodies } from "@/lib/gateway/cases/bodies";
import { casesOf, notYet } from "@/lib/gateway/cases/fixture";
import { limits } from "@/lib/gateway/cases/limits";
import { parameters } from "@/lib/gateway/cases/parameters";
import { scopes } from "@/lib/gateway/cases/scopes";
import { transport } from "@/lib/gateway/cases/transport";
import { upstreams } from "@/lib/gateway/cases/upstreams";

const tables = {
  A: transport,
  B: authentication,
  C: scopes,
  D: bodies,
  E: parameters,
  F: limits,
  G: upstreams,
} as const;

it.each(["A", "B", "C", "D", "E", "F", "G"] as const)(
  "every case of group %s is provoked, or its absence has a reason",
  (group) => {
    const due = casesOf(group).map(({ id }) => id);
    expect(due.length).toBeGreaterThan(10);
    const absent = Object.keys(notYet).filter((id) => id.startsWith(group));
    expect([...Object.keys(tables[group]), ...absent].sort()).toEqual(due.sort());
  },
);
