import { createInterface } from "node:readline";
import { type MockUpstream, startMockUpstream } from "@/lib/gateway/testing/mock-upstream";

// What `spawnMockUpstreams` starts: scripts come in line by line, accounts of exchanges go out.
const [openai, anthropic] = await Promise.all([
  startMockUpstream("openai"),
  startMockUpstream("anthropic"),
]);
const mocks: Record<string, MockUpstream> = { openai, anthropic };

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

for (const mock of [openai, anthropic]) {
  const { protocol } = mock;
  mock.onExchange = async (exchange) => {
    await exchange.closed;
    const { body, inputTokens, outputTokens, isComplete } = exchange;
    tell({ exchange: { protocol, body, inputTokens, outputTokens, isComplete } });
  };
}

tell({ baseUrls: { openai: openai.baseUrl, anthropic: anthropic.baseUrl } });
for await (const line of createInterface({ input: process.stdin })) {
  const { protocol, scripts } = JSON.parse(line);
  mocks[protocol]?.play(...scripts);
  tell({ played: scripts.length });
}
await Promise.all([openai.close(), anthropic.close()]);
