import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { pythonLacks, run, runBash, runNode, runPython } from "@/lib/docs/testing/run";
import { sampleNamed } from "@/lib/docs/testing/samples";
import { docsValues } from "@/lib/docs/values";
import { mintSecret } from "@/lib/keys/secret";
import packageJson from "@/package.json" with { type: "json" };

const values = { ...docsValues("http://127.0.0.1:1"), key: mintSecret("live").secret };
const code = (name: string) => sampleNamed(name).code(values);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatehouse-docs-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const author = {
  GIT_AUTHOR_NAME: "T",
  GIT_AUTHOR_EMAIL: "t@t.example",
  GIT_COMMITTER_NAME: "T",
  GIT_COMMITTER_EMAIL: "t@t.example",
  GIT_CONFIG_GLOBAL: "/dev/null",
};

function git(...args: string[]) {
  return run("git", args, { cwd: folder, env: author });
}

it("D14 a variable kept in ~/.bashrc is there for the next shell", async () => {
  const env = { HOME: folder };
  expect((await runBash(code("keep-variables/bash"), { env })).code).toBe(0);
  const { output } = await runBash(`. ~/.bashrc; printenv ${values.keyVariable}`, { env });
  expect(output.trim()).toBe(values.key);
});

it("D14 Node reads the .env file as the page writes it", async () => {
  await writeFile(join(folder, ".env"), code("dotenv-file/dotenv"));
  const program = `${code("load-dotenv/javascript")}
console.log(process.env.${values.keyVariable}, process.env.${values.urlVariable});`;
  const { output } = await runNode(program, { cwd: folder });
  expect(output).toBe(`The key is there.\n${values.key} ${values.apiUrl}\n`);
});

const lack = pythonLacks("dotenv");

it.skipIf(lack !== null)(
  `D14 python-dotenv reads the .env file as the page writes it${lack ? ` (not run: ${lack})` : ""}`,
  async () => {
    await writeFile(join(folder, ".env"), code("dotenv-file/dotenv"));
    // It looks beside the program, so the program has to be a file.
    await writeFile(join(folder, "app.py"), code("load-dotenv/python"));
    const { output } = await run("python3", [join(folder, "app.py")], { cwd: folder });
    expect(output).toBe("The key is there.\n");
  },
);

it("D14 the .gitignore of the page keeps every .env file out of Git", async () => {
  await git("init", "-q");
  await writeFile(join(folder, ".gitignore"), code("gitignore/ignore"));
  for (const name of [".env", ".env.local", ".env.production.local"]) {
    await writeFile(join(folder, name), code("dotenv-file/dotenv"));
  }
  const { output } = await git("status", "--porcelain", "--untracked-files=all");
  expect(output).toBe("?? .gitignore\n");
});

it("D14 the commands that write .gitignore write the same lines, and Git obeys", async () => {
  await git("init", "-q");
  const ran = await runBash(code("ignore-dotenv/terminal"), { cwd: folder, env: author });
  expect(ran).toEqual({ code: 0, output: ".env\n" });
  const written = await readFile(join(folder, ".gitignore"), "utf8");
  expect(written.trim()).toBe(code("gitignore/ignore"));
});

it("D14 a key that was committed once is found in the history", async () => {
  await git("init", "-q");
  await writeFile(join(folder, "app.js"), `const key = "${values.key}";\n`);
  await git("add", ".");
  await git("commit", "-qm", "first");
  await writeFile(join(folder, "app.js"), "const key = process.env.KEY;\n");
  await git("commit", "-qam", "second");
  const found = await runBash(code("search-repository/terminal"), { cwd: folder, env: author });
  expect(found.output).toContain(values.key);
});

it("D14 the hook stops a commit with a key in it and no other", async () => {
  await git("init", "-q");
  await mkdir(join(folder, ".git/hooks"), { recursive: true });
  await writeFile(join(folder, ".git/hooks/pre-commit"), code("commit-hook/terminal"));
  await chmod(join(folder, ".git/hooks/pre-commit"), 0o755);
  await writeFile(join(folder, "app.js"), "const key = process.env.KEY;\n");
  await git("add", ".");
  expect((await git("commit", "-qm", "clean")).code).toBe(0);
  await writeFile(join(folder, "app.js"), `const key = "${values.key}";\n`);
  await git("add", ".");
  const stopped = await git("commit", "-qm", "leak");
  expect(stopped.code).not.toBe(0);
  expect(stopped.output).toContain("This commit holds an API key.");
});

it.each([
  "openai-install/javascript",
  "anthropic-install/javascript",
  "axios-install/terminal",
  "express-install/terminal",
])("D14 %s names the package that the samples are run with", (name) => {
  const [, packageName] = /^npm install (\S+)$/.exec(code(name)) ?? [];
  expect(Object.keys(packageJson.devDependencies)).toContain(packageName);
});

/** Reads calls and their keyword arguments out of Python, without running it. */
const readCalls = `
import ast, json, sys
def name(node):
    if isinstance(node, ast.Attribute): return name(node.value) + "." + node.attr
    return node.id if isinstance(node, ast.Name) else ""
calls = [[name(node.func), [word.arg for word in node.keywords]]
    for node in ast.walk(ast.parse(sys.argv[1])) if isinstance(node, ast.Call)]
print(json.dumps(calls))`;

/** The arguments that the samples use, as the SDKs' own pages list them. */
const documented: Record<string, string[]> = {
  OpenAI: ["api_key", "base_url"],
  "client.chat.completions.create": ["model", "messages", "stream", "stream_options"],
  "client.models.list": [],
  "anthropic.Anthropic": ["api_key", "auth_token", "base_url"],
  "client.messages.create": ["model", "max_tokens", "messages"],
  "client.messages.stream": ["model", "max_tokens", "messages"],
  "stream.get_final_message": [],
  print: ["end"],
};

const noPython = pythonLacks();

it
  .skipIf(noPython !== null)
  .each(
    ["openai-chat", "openai-explicit", "openai-stream", "openai-errors"]
      .concat(["anthropic-message", "anthropic-explicit", "anthropic-stream"])
      .map((id) => `${id}/python`),
  )(
  `D14 %s is valid Python and calls what its SDK documents${noPython ? ` (not run: ${noPython})` : ""}`,
  async (sample) => {
    const ran = await run("python3", ["-c", readCalls, code(sample)]);
    expect(ran.code, ran.output).toBe(0);
    const calls: [string, string[]][] = JSON.parse(ran.output);
    for (const [callee, words] of calls) {
      expect(Object.keys(documented)).toContain(callee);
      expect(documented[callee]).toEqual(expect.arrayContaining(words));
    }
    expect((await runPython(`compile(${JSON.stringify(code(sample))}, "s", "exec")`)).code).toBe(0);
  },
);
