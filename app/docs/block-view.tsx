import { Link as LinkIcon } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { type ComponentType, Fragment, type ReactNode } from "react";
import { CodeTabs } from "@/app/docs/code-tabs";
import { CopyShown } from "@/app/docs/copy-shown";
import { highlight } from "@/app/docs/highlight";
import { withOrigin } from "@/app/docs/with-origin";
import { Callout } from "@/components/callout";
import { CodeBlock } from "@/components/code-block";
import type { Block, Inline, Sample } from "@/lib/docs/blocks";

/** The body of a page. */
export function Blocks({ blocks }: { blocks: readonly Block[] }) {
  return blocks.map((block, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: static, and blocks have no names of their own.
    <BlockView key={index} block={block} />
  ));
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case "heading":
      return <Heading block={block} />;
    case "paragraph":
      return (
        <p className="my-3 max-w-[46rem] text-fg-2">
          <Inlines inlines={block.inlines} />
        </p>
      );
    case "list":
      return <List block={block} />;
    case "table":
      return <Table block={block} />;
    case "callout":
      return (
        <div className="my-4">
          <Callout tone={block.tone === "warning" ? "amber" : "info"}>
            <p>
              <Inlines inlines={block.inlines} />
            </p>
          </Callout>
        </div>
      );
    case "code":
      return <Code block={block} />;
    case "directive":
      throw new Error(`@${block.name} wasn't filled in`);
  }
}

function Heading({ block }: { block: Extract<Block, { kind: "heading" }> }) {
  const Tag = block.level === 2 ? "h2" : "h3";
  return (
    <Tag
      id={block.id}
      className={
        block.level === 2
          ? "group mt-11 mb-2 scroll-mt-28 text-lg font-semibold first:mt-7 lg:scroll-mt-20"
          : "group mt-8 mb-1.5 scroll-mt-28 font-semibold lg:scroll-mt-20"
      }
    >
      <Inlines inlines={block.inlines} />
      <a
        href={`#${block.id}`}
        aria-label={`Link to “${block.text}”`}
        data-print="hide"
        className="ml-1.5 inline-flex size-6 items-center justify-center rounded-sm align-[-0.3em] text-fg-3 opacity-0 transition-opacity group-hover:opacity-100 hover:text-fg focus-visible:opacity-100"
      >
        <LinkIcon aria-hidden className="size-3.5" />
      </a>
    </Tag>
  );
}

function List({ block }: { block: Extract<Block, { kind: "list" }> }) {
  const Tag = block.ordered ? "ol" : "ul";
  return (
    <Tag
      className={`my-3 grid max-w-[46rem] gap-1.5 pl-5 text-fg-2 marker:text-fg-3 ${block.ordered ? "list-decimal" : "list-disc"}`}
    >
      {block.items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: static.
        <li key={index} className="pl-1">
          <Inlines inlines={item} />
        </li>
      ))}
    </Tag>
  );
}

/** From so many columns on a table is a list of cards on a phone, where the last ones would be out of sight. */
const stackedColumns = 4;

function Table({ block }: { block: Extract<Block, { kind: "table" }> }) {
  const isStacked = block.head.length >= stackedColumns;
  return (
    <section
      aria-label={`Table: ${block.head.filter((cell) => cell !== "").join(", ")}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region needs the keyboard.
      tabIndex={0}
      className="my-4 overflow-x-auto rounded-lg border border-line"
    >
      <table className={`w-full border-collapse text-sm ${isStacked ? "stack-table" : ""}`}>
        <thead>
          <tr>
            {block.head.map((cell) => (
              <th
                key={cell}
                scope="col"
                className="h-9 bg-panel px-3.5 text-left text-xs font-medium text-fg-3"
              >
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-t border-line">
          {block.rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: static.
            <tr key={index} className="align-top text-fg-2">
              {row.map((cell, column) => (
                <td
                  // biome-ignore lint/suspicious/noArrayIndexKey: static.
                  key={column}
                  data-cell={column === 0 ? "title" : undefined}
                  data-label={column === 0 ? undefined : block.head[column]}
                  className="min-w-24 px-3.5 py-2 first:min-w-32 sm:first:[&_code]:whitespace-nowrap"
                >
                  <div className="min-w-0">
                    <Inlines inlines={cell} />
                  </div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Code({ block }: { block: Extract<Block, { kind: "code" }> }) {
  const [first, ...others] = block.samples;
  if (!first) return null;
  if (others.length === 0) {
    const label = block.title || first.label || "Code";
    return (
      <div className="my-4">
        <SampleView sample={first} label={label} header={block.title !== ""} />
      </div>
    );
  }
  return (
    <CodeTabs
      label={block.title}
      choice={block.choice}
      tabs={block.samples.map((sample) => ({
        key: sample.key,
        label: sample.label,
        content: (
          <SampleView
            sample={sample}
            label={`${block.title}, ${sample.label}`}
            className="rounded-t-none"
          />
        ),
      }))}
    />
  );
}

function SampleView(props: {
  sample: Sample;
  label: string;
  header?: boolean;
  className?: string;
}) {
  const { sample, label, header, className } = props;
  return (
    <div data-code>
      <CodeBlock
        code=""
        label={label}
        header={header}
        className={className}
        copyButton={<CopyShown label="Copy" />}
      >
        {highlight(sample.text, sample.language)}
      </CodeBlock>
    </div>
  );
}

const linkClass =
  "rounded-sm text-fg underline decoration-line-strong underline-offset-3 hover:decoration-fg";

export function Inlines({ inlines }: { inlines: readonly Inline[] }): ReactNode {
  return inlines.map((inline, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: static.
    <Fragment key={index}>
      <InlineView inline={inline} />
    </Fragment>
  ));
}

const InlineView: ComponentType<{ inline: Inline }> = ({ inline }) => {
  switch (inline.kind) {
    case "text":
      return withOrigin(inline.text);
    case "strong":
      return <strong className="font-medium text-fg">{withOrigin(inline.text)}</strong>;
    case "code":
      return (
        <code className="rounded-sm bg-hover px-1 py-0.5 box-decoration-clone font-mono text-[0.9em] break-words text-fg">
          {withOrigin(inline.text)}
        </code>
      );
    case "link":
      return inline.href.startsWith("/") ? (
        <Link href={inline.href as Route} className={linkClass} prefetch={false}>
          {inline.text}
        </Link>
      ) : (
        <a href={inline.href} className={linkClass}>
          {inline.text}
        </a>
      );
  }
};
