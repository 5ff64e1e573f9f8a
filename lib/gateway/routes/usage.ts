import { z } from "zod";
import { defineRest, type RestRoute } from "@/lib/gateway/rest";
import { nanosToDecimal } from "@/lib/money";
import { reportGroups, reportIntervals, UsageReportQuery } from "@/lib/usage/report";
import { getUsageReport, type UsageFigures, type UsageReport } from "@/lib/usage/report-queries";

const figures = {
  requests: z.int(),
  errors: z.int().describe("Requests answered with 4xx or 5xx."),
  input_tokens: z.int(),
  output_tokens: z.int(),
  cost: z.string().describe("Dollars, to the last digit."),
};

const Group = z.object({
  group: z
    .string()
    .nullable()
    .describe("The key's id, the model (null for calls without one), the path, or `2xx`…`5xx`."),
  ...figures,
});

const UsageAnswer = z.object({
  object: z.literal("usage"),
  from: z.iso.datetime().describe("First instant covered: the start of an interval."),
  to: z.iso.datetime().describe("First instant no longer covered."),
  interval: z.enum(reportIntervals),
  group_by: z.enum(reportGroups).nullable(),
  currency: z.literal("USD"),
  totals: z.object(figures),
  data: z
    .array(
      z.object({
        start: z.iso.datetime(),
        end: z.iso.datetime(),
        ...figures,
        groups: z.array(Group).describe("With `group_by`: those that have usage."),
      }),
    )
    .describe("Every interval of the range in order, the empty ones too."),
});

const sampleFigures = {
  requests: 1204,
  errors: 3,
  input_tokens: 91_044,
  output_tokens: 33_817,
  cost: "0.068912",
};

const sample = {
  object: "usage",
  from: "2026-11-20T00:00:00.000Z",
  to: "2026-11-21T00:00:00.000Z",
  interval: "day",
  group_by: "model",
  currency: "USD",
  totals: sampleFigures,
  data: [
    {
      start: "2026-11-20T00:00:00.000Z",
      end: "2026-11-21T00:00:00.000Z",
      ...sampleFigures,
      groups: [{ group: "gpt-4", ...sampleFigures }],
    },
  ],
};

function toFigures(sums: UsageFigures) {
  return {
    requests: sums.requests,
    errors: sums.errors,
    input_tokens: sums.inputTokens,
    output_tokens: sums.outputTokens,
    cost: nanosToDecimal(sums.costNanos),
  };
}

function groupName(report: UsageReport, id: string): string | null {
  if (report.groupBy === "status") return `${id}xx`;
  return id === "" ? null : id;
}

function toBody(report: UsageReport) {
  return {
    object: "usage",
    from: report.from.toISOString(),
    to: report.until.toISOString(),
    interval: report.interval,
    group_by: report.groupBy,
    currency: "USD",
    totals: toFigures(report.totals),
    data: report.intervals.map((interval) => ({
      start: interval.start.toISOString(),
      end: interval.end.toISOString(),
      ...toFigures(interval),
      groups: interval.groups.map((group) => ({
        group: groupName(report, group.id),
        ...toFigures(group),
      })),
    })),
  };
}

/** `/v1/usage`: the workspace's figures, equal to those of the dashboard's Usage page. */
export const usageRoutes: readonly RestRoute[] = [
  defineRest({
    method: "GET",
    path: "/v1/usage",
    operationId: "getUsage",
    tag: "Account",
    summary: "Get usage",
    description:
      "Requests, tokens and cost of the key's workspace in UTC hours or days, at most 366 days at once. Ends within an interval are widened to it.",
    scope: "read",
    query: UsageReportQuery,
    answer: {
      status: 200,
      description: "The usage.",
      body: { name: "Usage", schema: UsageAnswer, example: sample },
    },
    run: async ({ db, scope, query }) => ({
      status: 200,
      body: toBody(await getUsageReport(db, scope, query)),
    }),
  }),
];
