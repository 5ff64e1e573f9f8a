import { start } from "@/app/islands/start";

// The module that a built page loads, in the place of Next's runtime.
start();
