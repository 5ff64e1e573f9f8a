import { expect, vi } from "vitest";
import { provoke, type Variant } from "@/lib/gateway/cases/served";
import { spellStream } from "@/lib/gateway/cases/upstream-answers";
import type { Provocation, Provocations } from "@/lib/gateway/cases/world";
import type { ProtocolName } from "@/lib/gateway/chat";
import { mockBody, mockFrames } from "@/lib/gateway/testing/mock-upstream";
import { spellAnswer } from "@/lib/gateway/testing/raw-upstream";
import { log } from "@/lib/log";

const figures: Record<string, unknown> = {
  negative: -5,
  "minus infinity": "MINUS",
  "a string": "12",
  "a float": 1.5,
  null: null,
  "1e308": 1e308,
  "10^18": 1e18,
  "beyond what a number can be": "HUGE",
  true: true,
  "a list": [12],
  "an object": { tokens: 12 },
  NaN: "NaN",
};

/** JSON.stringify can't spell them. */
const spelt = (body: string) => body.replaceAll('"HUGE"', "1e999").replaceAll('"MINUS"', "-1e999");

const names = {
  openai: { input: "prompt_tokens", output: "completion_tokens" },
  anthropic: { input: "input_tokens", output: "output_tokens" },
} as const;

function lying(
  name: string,
  lie: (protocol: ProtocolName) => Record<string, unknown> | null,
): Variant {
  return {
    name,
    bill: "bounded",
    answer:
      (protocol) =>
      (socket, { body }) => {
        const more = { usage: lie(protocol) };
        socket.write(
          body.stream === true
            ? spellStream(mockFrames(protocol, more).map(spelt))
            : spellAnswer(200, spelt(mockBody(protocol, more))),
        );
      },
  };
}

const lies: Variant[] = [
  ...Object.entries(figures).flatMap(([name, figure]) => [
    lying(`output ${name}`, (protocol) => ({
      [names[protocol].input]: 17,
      [names[protocol].output]: figure,
    })),
    lying(`input ${name}`, (protocol) => ({
      [names[protocol].input]: figure,
      [names[protocol].output]: 6,
    })),
  ]),
  lying("none", () => null),
  lying("an empty one", () => ({})),
];

/** Group G about what an upstream says that it used. */
export const usage: Provocations = {
  G16: (world) => provoke(world, "ok", lies),
  G17: (world) =>
    provoke(
      world,
      "ok",
      [9_999, 0, -1, "23", 23.5, null, 1e308].map((total) => ({
        ...lying(`a total of ${total}`, () => ({
          ...{ prompt_tokens: 17, completion_tokens: 6, total_tokens: total },
        })),
        only: "openai" as const,
      })),
    ),
};

/** F29: a figure that can't be is held to what was set aside, and somebody hears of it. */
export const hugeUsage: Provocation = async (world) => {
  const alarm = vi.spyOn(log, "error");
  try {
    const huge = [1e18, 1e12, 101, "HUGE"].map((figure) =>
      lying(`${figure} tokens`, (protocol) => ({
        [names[protocol].input]: 17,
        [names[protocol].output]: figure,
      })),
    );
    const seen = await provoke(world, "ok", huge);
    expect(alarm.mock.calls.length).toBeGreaterThanOrEqual(seen.length);
    return seen;
  } finally {
    alarm.mockRestore();
  }
};
