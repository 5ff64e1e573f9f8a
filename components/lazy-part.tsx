"use client";

import { type ComponentType, useEffect, useState } from "react";

/**
 * A component whose code is fetched when it is first rendered, for what a page shows only when it is asked
 * to. Draws nothing until then; a fetch that failed is tried again the next time it is rendered.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  return function LazyPart(props: Props) {
    const [Part, setPart] = useState(() => loaded);
    useEffect(() => {
      if (loaded) return;
      let isGone = false;
      load().then(
        (module) => {
          loaded = module.default;
          if (!isGone) setPart(() => module.default);
        },
        () => undefined,
      );
      return () => {
        isGone = true;
      };
    }, []);
    return Part ? <Part {...props} /> : null;
  };
}

/** Whether `value` has been true at some time: what was opened once stays mounted, to close in style. */
export function useEver(value: boolean): boolean {
  const [was, setWas] = useState(value);
  if (value && !was) setWas(true);
  return was || value;
}
