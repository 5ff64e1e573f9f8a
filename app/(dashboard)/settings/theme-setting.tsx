"use client";

import { useSyncExternalStore } from "react";
import { Segmented } from "@/components/segmented";
import { useTheme } from "@/components/use-theme";

const options = [
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
  { value: "system", label: "System" },
];

const subscribeToNothing = () => () => {};

/** Light, dark or as the system has it. The choice is kept in this browser, which alone knows it. */
export function ThemeSetting() {
  const { theme, setTheme } = useTheme();
  const isInBrowser = useSyncExternalStore(
    subscribeToNothing,
    () => true,
    () => false,
  );
  const value = isInBrowser ? theme : "";
  return <Segmented label="Theme" options={options} value={value} onValueChange={setTheme} />;
}
