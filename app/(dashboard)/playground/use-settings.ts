"use client";

import { useState } from "react";
import { settingsAddress } from "@/app/(dashboard)/playground/address";
import type { ChatSettings } from "@/app/(dashboard)/playground/chat-body";
import type { ModelChoice } from "@/app/(dashboard)/playground/estimate";
import type { KeyChoice } from "@/lib/keys/choices";

/**
 * The settings that count: what the address asks for where it is to be had, else the first model and the
 * first key of the sandbox. A key that costs money is never chosen for anybody.
 */
function settle(
  asked: ChatSettings,
  keys: readonly KeyChoice[],
  models: readonly ModelChoice[],
): ChatSettings {
  const key = keys.find(({ id }) => id === asked.keyId);
  const sandbox = keys.find(({ environment }) => environment === "test");
  const model = models.find(({ id }) => id === asked.model);
  return {
    ...asked,
    keyId: (key ?? sandbox)?.id ?? "",
    model: (model ?? models.find(({ id }) => id === "deepseek-chat") ?? models[0])?.id ?? "",
  };
}

/** The settings, and the way to change them, which changes the address as well. */
export function useSettings(
  initial: ChatSettings,
  keys: readonly KeyChoice[],
  models: readonly ModelChoice[],
): [ChatSettings, (part: Partial<ChatSettings>) => void] {
  const [settings, setSettings] = useState(() => settle(initial, keys, models));
  function change(part: Partial<ChatSettings>) {
    const next = { ...settings, ...part };
    setSettings(next);
    // The page need not be read again, and Back leads to the page before.
    window.history.replaceState(null, "", settingsAddress(next));
  }
  return [settings, change];
}
