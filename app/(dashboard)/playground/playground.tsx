"use client";

import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { pageHeads } from "@/app/(dashboard)/page-heads";
import { type ChatSettings, toChatBody } from "@/app/(dashboard)/playground/chat-body";
import type { SampleNames } from "@/app/(dashboard)/playground/code-samples";
import { Composer } from "@/app/(dashboard)/playground/composer";
import { ConversationView } from "@/app/(dashboard)/playground/conversation";
import { estimateCost, type ModelChoice } from "@/app/(dashboard)/playground/estimate";
import { Inspector } from "@/app/(dashboard)/playground/inspector";
import { Parameters } from "@/app/(dashboard)/playground/parameters";
import { newTurn, toMessages } from "@/app/(dashboard)/playground/turns";
import { useAnswer } from "@/app/(dashboard)/playground/use-answer";
import { useConversation } from "@/app/(dashboard)/playground/use-conversation";
import { useSettings } from "@/app/(dashboard)/playground/use-settings";
import { Callout } from "@/components/callout";
import { PageHeader } from "@/components/page-header";
import type { KeyChoice } from "@/lib/keys/choices";
import { whyNot } from "@/lib/permissions";

export interface PlaygroundProps {
  /** Whose conversation is kept in the tab. */
  owner: string;
  initial: ChatSettings;
  keys: readonly KeyChoice[];
  models: readonly ModelChoice[];
  /** False for roles that may look, not spend. */
  maySend: boolean;
  names: SampleNames;
}

/** Settings beside a conversation, and under it what was sent, what came back, and the same as code. */
export function Playground({ owner, initial, keys, models, maySend, names }: PlaygroundProps) {
  const [settings, change] = useSettings(initial, keys, models);
  const [conversation, setConversation, isRead] = useConversation(owner);
  const answer = useAnswer(setConversation);
  const [isKeyMissing, setKeyMissing] = useState(false);
  const keyField = useRef<HTMLSelectElement>(null);
  const composer = useRef<HTMLTextAreaElement>(null);

  const key = keys.find(({ id }) => id === settings.keyId);
  const model = models.find(({ id }) => id === settings.model);
  const isTest = key?.environment === "test";
  const { draft, system, turns } = conversation;
  const mayAnswer = draft.trim() !== "" || turns.at(-1)?.role === "user";

  // Long conversations take a moment to count; typing goes before.
  const counted = useDeferredValue(conversation);
  const body = useMemo(() => {
    const added =
      counted.draft.trim() === ""
        ? counted.turns
        : [...counted.turns, newTurn(counted.turns, "user", counted.draft)];
    return toChatBody(settings, toMessages({ system: counted.system, turns: added }));
  }, [counted, settings]);
  const estimate = useMemo(
    () => (model && body.messages.length > 0 ? estimateCost(body, model, isTest) : null),
    [body, model, isTest],
  );

  function send() {
    if (!maySend || !mayAnswer || answer.running || !isRead) return;
    if (!key) {
      setKeyMissing(true);
      keyField.current?.focus();
      return;
    }
    const asked = draft.trim() === "" ? turns : [...turns, newTurn(turns, "user", draft)];
    setConversation({ ...conversation, draft: "", turns: asked });
    void answer.send(key.id, toChatBody(settings, toMessages({ system, turns: asked })));
  }

  useEscape(answer.running ? answer.stop : null);

  return (
    <>
      <PageHeader {...pageHeads.playground} />
      {maySend ? null : (
        <div className="mb-4">
          <Callout title="You can look around, not send">
            Requests are made in a key's name and can cost money. {whyNot("playground.use")}
          </Callout>
        </div>
      )}
      <div className="grid items-start gap-4 lg:grid-cols-[17.5rem_minmax(0,1fr)]">
        <Parameters
          settings={settings}
          system={system}
          keys={keys}
          models={models}
          maySend={maySend}
          keyField={keyField}
          isKeyMissing={isKeyMissing && !key}
          onChange={change}
          onSystem={(text) => setConversation({ ...conversation, system: text })}
        />
        <div className="grid min-w-0 gap-4">
          <ConversationView
            mode={key ? (isTest ? "test" : "live") : "none"}
            turns={turns}
            answer={answer}
            keyId={settings.keyId}
            onTurns={(next) => setConversation({ ...conversation, turns: next })}
            onRetry={send}
            onClear={() => {
              setConversation({ ...conversation, turns: [] });
              answer.forget();
              composer.current?.focus();
            }}
          >
            <Composer
              field={composer}
              draft={draft}
              isAgain={draft.trim() === "" && mayAnswer && !answer.running}
              estimate={mayAnswer || answer.running ? estimate : null}
              isTest={isTest}
              isRunning={answer.running !== null}
              isDisabled={!maySend || !mayAnswer}
              onDraft={(text) => setConversation({ ...conversation, draft: text })}
              onSend={send}
              onStop={answer.stop}
            />
          </ConversationView>
          <Inspector
            body={body}
            exchange={answer.exchange}
            names={names}
            defaultMaxTokens={model?.outputTokensDefault ?? 1_024}
          />
        </div>
      </div>
      <p role="status" className="sr-only">
        {answer.announcement}
      </p>
    </>
  );
}

/** Runs `act` when Escape is pressed and nothing else, such as a menu, has a use for it. */
function useEscape(act: (() => void) | null): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    function listen(event: KeyboardEvent) {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
      latest.current?.();
    }
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}
