import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The checkout, from which programs resolve `openai`, `axios` and the like. */
export const root = fileURLToPath(new URL("../../../", import.meta.url));

export interface Ran {
  code: number;
  output: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
}

/** Runs a program to its end and gives what it wrote; nothing of this process's environment but PATH. */
export function run(command: string, args: string[], options: RunOptions = {}): Promise<Ran> {
  const env = {
    NODE_ENV: "production" as const,
    PATH: process.env.PATH ?? "",
    HOME: process.env.HOME ?? "",
    ...options.env,
  };
  return new Promise((resolve) => {
    const child = execFile(
      command,
      args,
      { cwd: options.cwd ?? root, env, timeout: 25_000 },
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode ?? -1, output: `${stdout}${stderr}` });
      },
    );
    child.stdin?.end();
  });
}

export function runBash(code: string, options?: RunOptions): Promise<Ran> {
  return run("bash", ["-c", code], options);
}

export function runNode(code: string, options?: RunOptions): Promise<Ran> {
  return run(process.execPath, ["--input-type=module", "--eval", code], options);
}

export function runPython(code: string, options?: RunOptions): Promise<Ran> {
  return run("python3", ["-c", code], options);
}

/** Null where python3 and the modules are there; else why a Python sample can't be run here. */
export function pythonLacks(...modules: string[]): string | null {
  if (spawnSync("python3", ["--version"]).status !== 0) return "this machine has no python3";
  const missing = modules.filter(
    (name) => spawnSync("python3", ["-c", `import ${name}`], { stdio: "ignore" }).status !== 0,
  );
  return missing.length > 0 ? `this machine's python3 has no ${missing.join(", ")}` : null;
}
