import { z } from "zod";
import { readFunds } from "@/lib/billing/queries";
import { defineRest, type RestRoute } from "@/lib/gateway/rest";
import { nanosToDecimal } from "@/lib/money";

const BalanceAnswer = z.object({
  object: z.literal("balance"),
  balance: z.string().describe("All that was credited less all that was charged, in dollars."),
  held: z.string().describe("Set aside for requests that are running."),
  available: z.string().describe("What the next request can spend."),
  currency: z.literal("USD"),
});

/** `/v1/balance`: the workspace's money as decimals, equal to the dashboard's. */
export const balanceRoutes: readonly RestRoute[] = [
  defineRest({
    method: "GET",
    path: "/v1/balance",
    operationId: "getBalance",
    tag: "Account",
    summary: "Get the balance",
    scope: "read",
    answer: {
      status: 200,
      description: "The balance, as one snapshot.",
      body: {
        name: "Balance",
        schema: BalanceAnswer,
        example: {
          object: "balance",
          balance: "4.931088",
          held: "0.00",
          available: "4.931088",
          currency: "USD",
        },
      },
    },
    async run({ db, scope }) {
      const funds = await readFunds(db, scope);
      return {
        status: 200,
        body: {
          object: "balance",
          balance: nanosToDecimal(funds.balanceNanos),
          held: nanosToDecimal(funds.heldNanos),
          available: nanosToDecimal(funds.availableNanos),
          currency: "USD",
        },
      };
    },
  }),
];
