"use client";

import type { DropdownMenu } from "radix-ui";
import { createContext } from "react";

/** The parts that an open menu is made of. They come with its panel, so that closed menus weigh nothing. */
export const MenuParts = createContext<typeof DropdownMenu | null>(null);
