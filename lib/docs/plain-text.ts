import type { Block, Inline } from "@/lib/docs/blocks";

/** Blocks as Markdown, for readers without a browser. Links get `linkBase` before them. */
export function toMarkdown(blocks: readonly Block[], linkBase: string): string {
  return blocks.map((block) => blockMarkdown(block, linkBase)).join("\n\n");
}

function blockMarkdown(block: Block, linkBase: string): string {
  const line = (inlines: readonly Inline[]) => inlineMarkdown(inlines, linkBase);
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.level)} ${line(block.inlines)}`;
    case "paragraph":
      return line(block.inlines);
    case "callout":
      return `> ${block.tone === "warning" ? "**Warning:** " : ""}${line(block.inlines)}`;
    case "list":
      return block.items
        .map((item, index) => `${block.ordered ? `${index + 1}.` : "-"} ${line(item)}`)
        .join("\n");
    case "table":
      return [
        rowMarkdown(block.head),
        rowMarkdown(block.head.map(() => "---")),
        ...block.rows.map((row) => rowMarkdown(row.map(line))),
      ].join("\n");
    case "code":
      return block.samples
        .map((sample) => {
          const name = [block.title, block.samples.length > 1 ? sample.label : ""]
            .filter((part) => part !== "")
            .join(", ");
          const heading = name === "" ? "" : `${name}:\n\n`;
          return `${heading}\`\`\`${sample.language}\n${sample.text}\n\`\`\``;
        })
        .join("\n\n");
    case "directive":
      throw new Error(`@${block.name} wasn't filled in`);
  }
}

function rowMarkdown(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function inlineMarkdown(inlines: readonly Inline[], linkBase: string): string {
  return inlines.map((inline) => markOf(inline, linkBase)).join("");
}

function markOf(inline: Inline, linkBase: string): string {
  switch (inline.kind) {
    case "text":
      return inline.text;
    case "strong":
      return `**${inline.text}**`;
    case "code":
      return `\`${inline.text}\``;
    case "link":
      return `[${inline.text}](${inline.href.startsWith("/") ? linkBase : ""}${inline.href})`;
  }
}
