import { expect, it } from "vitest";
import { parseBlocks, parseDocument, parseInline } from "@/lib/docs/markdown";
import { toMarkdown } from "@/lib/docs/plain-text";

const page = `# Title

What it answers,
on two lines.

## A \`code\` heading

Words with **strong**, \`code\` and [a link](/docs/errors#x).

- one
  carried on
- two

1. first
2. second

| Name | Meaning |
|---|---|
| \`a\\|b\` | either |

> [!WARNING] Take care.

\`\`\`text Headers
A: b
\`\`\`

@snippet first-request
`;

it("reads every kind of block there is", () => {
  const { title, description, blocks } = parseDocument(page);
  expect({ title, description }).toEqual({
    title: "Title",
    description: "What it answers, on two lines.",
  });
  expect(blocks.map((block) => block.kind)).toEqual([
    ...["heading", "paragraph", "list", "list", "table", "callout", "code", "directive"],
  ]);
  expect(blocks[0]).toMatchObject({ level: 2, id: "a-code-heading", text: "A code heading" });
  expect(blocks[2]).toMatchObject({ items: [[{ text: "one carried on" }], [{ text: "two" }]] });
  expect(blocks[4]).toMatchObject({
    rows: [[[{ kind: "code", text: "a|b" }], [{ text: "either" }]]],
  });
});

it("writes what it read: text made of blocks has the same blocks again", () => {
  const blocks = parseDocument(page).blocks.filter((block) => block.kind !== "directive");
  const again = parseBlocks(
    toMarkdown(blocks, "").replace("> **Warning:** ", "> [!WARNING] ").replace("Headers:\n\n", ""),
  );
  expect(again.map((block) => block.kind)).toEqual(blocks.map((block) => block.kind));
});

it("refuses what it doesn't understand, so that no mark reaches a reader", () => {
  expect(() => parseBlocks("| a | b |\n|---|---|\n| only one |")).toThrow("a row has 1 cells");
  expect(() => parseBlocks("```text\nnever closed")).toThrow("isn't closed");
  expect(() => parseBlocks("# a second title")).toThrow("not understood");
  expect(() => parseDocument("no title")).toThrow("starts with its title");
});

it("leaves text without marks as it is", () => {
  expect(parseInline("2 * 3 = 6, a_b_c")).toEqual([{ kind: "text", text: "2 * 3 = 6, a_b_c" }]);
});
