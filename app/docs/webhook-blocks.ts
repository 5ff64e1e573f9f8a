import "server-only";
import type { Block } from "@/lib/docs/blocks";
import { parseBlocks } from "@/lib/docs/markdown";
import { type EventName, eventGroups, eventNames } from "@/lib/webhooks/event-names";
import { exampleMessage } from "@/lib/webhooks/events";

const events = Object.entries(eventNames).flatMap(([name, { group, description }]) =>
  isEventName(name) ? [{ name, group, description }] : [],
);

function isEventName(name: string): name is EventName {
  return Object.hasOwn(eventNames, name);
}

/** Every event that there is, as a table a group. */
export function eventTables(): Block[] {
  const text = Object.entries(eventGroups).flatMap(([group, title]) => [
    ...[`### ${title}`, "", "| Event | What happened |", "|---|---|"],
    ...events
      .filter((event) => event.group === group)
      .map(({ name, description }) => `| \`${name}\` | ${description} |`),
    "",
  ]);
  return parseBlocks(text.join("\n"));
}

/** A body of every event, as it may come. */
export function eventPayloads(): Block[] {
  return events.map(({ name }) => {
    const text = JSON.stringify(exampleMessage(name), null, 2);
    const sample = { key: "json", label: name, language: "json", text };
    return { kind: "code", title: name, choice: "none", samples: [sample] };
  });
}
