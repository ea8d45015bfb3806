import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { systemClock } from "../recorder/systemClock.ts";
import { SimulatedAir } from "./support/radio/simulatedAir.ts";
import { startMachine } from "./support/radio/simulatedMachine.ts";
import { startAnvil } from "./support/anvil.ts";
import { freePort } from "./support/server.ts";
import { repositoryFiles } from "./support/sources.ts";
import { complaints, shellSnippets, SnippetFolder } from "./support/snippets.ts";

const root = join(import.meta.dirname, "..");
const read = (name: string): string => readFileSync(join(root, name), "utf8");
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

describe("README.md", () => {
  const snippets = shellSnippets(read("README.md"));
  const folder = new SnippetFolder();
  afterAll(() => {
    folder.remove();
  });

  test("every shell block is run by a test or only starts a script of package.json", () => {
    expect(snippets.flatMap((snippet) => complaints(snippet, Object.keys(scripts)))).toEqual([]);
  });

  // One test, not one a block: a later block may use what an earlier one made.
  test("the blocks marked offline run, in order, in one empty folder", { timeout: 120_000 }, async () => {
    for (const { line, mode, commands } of snippets) {
      if (mode !== "offline") continue;
      const { code, output } = await folder.run(commands);
      expect(code, `README.md, the block at line ${line}, printed:\n${output}`).toBe(0);
    }
  });
});

test("every test that the documents name exists", () => {
  const documents = [
    "README.md",
    "ARCHITECTURE.md",
    "SECURITY.md",
    "docs/bluetooth.md",
    "docs/contracts.md",
    "docs/operations.md",
    "docs/performance.md",
    "docs/storage.md",
  ];
  const named = documents.flatMap((document) =>
    [...read(document).matchAll(/`((?:[\w/-]+\/)?[\w.-]+\.(?:test\.ts|t\.sol))[`:]/g)].map(
      ([, file]) => file as string,
    ),
  );
  const files = repositoryFiles().map(({ path }) => path);
  const isThere = (name: string): boolean => files.some((file) => file === name || file.endsWith(`/${name}`));
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !isThere(name))).toEqual([]);
});

test("every alert names a section of the runbook, and every finding of fsck is explained there", () => {
  const operations = read("docs/operations.md");
  const anchors = [...operations.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title!.toLowerCase().replaceAll(" ", "-"),
  );
  const runbooks = [...read("deploy/alerts.yaml").matchAll(/runbook: docs\/operations\.md#(.+)$/gm)];
  expect(runbooks.length).toBeGreaterThan(5);
  expect(runbooks.map(([, anchor]) => anchor).filter((anchor) => !anchors.includes(anchor!))).toEqual([]);
  const findings = [...read("relayer/fsck/finding.ts").matchAll(/^ {2}\| "(\w+)"/gm)].map(
    ([, code]) => code!,
  );
  const explained = [...operations.matchAll(/^\| `(\w+)` +\|/gm)].map(([, code]) => code);
  expect(explained).toEqual(findings);
});

describe("README.md beside a radio", () => {
  test(
    "the blocks marked recorder run as one session on a simulated machine",
    { timeout: 120_000 },
    async () => {
      const air = new SimulatedAir({ clock: systemClock });
      const machine = await startMachine(air);
      const folder = new SnippetFolder();
      try {
        const blocks = shellSnippets(read("README.md")).filter(({ mode }) => mode === "recorder");
        expect(blocks.length).toBeGreaterThan(0);
        const session = blocks.map(({ commands }) => commands).join("\n");
        const { code, output } = await folder.run(session, machine.environment);
        expect(code, output).toBe(0);
        expect(air.journal.entries("advertisement")).not.toEqual([]);
      } finally {
        folder.remove();
        air.close();
        await machine.close();
      }
    },
  );
});

describe("README.md on a chain", () => {
  test("the blocks marked chain run as one session against a new chain", { timeout: 180_000 }, async () => {
    const anvil = await startAnvil(["--block-time", "1"]);
    const folder = new SnippetFolder();
    try {
      const blocks = shellSnippets(read("README.md")).filter(({ mode }) => mode === "chain");
      expect(blocks.length).toBeGreaterThan(0);
      const port = String(await freePort());
      const session = blocks.map(({ commands }) => commands).join("\n");
      const { code, output } = await folder.run(session.replaceAll("127.0.0.1:8420", `127.0.0.1:${port}`), {
        RPC: anvil.url,
        TOCSIN_PRIVATE_KEY: anvil.accounts[0]?.privateKey ?? "",
        TOCSIN_PORT: port,
      });
      expect(code, output).toBe(0);
      expect(output).toContain("anchored");
    } finally {
      folder.remove();
      await anvil.stop();
    }
  });
});

describe("how blocks are found, judged and run", () => {
  const markdown = [
    "```sh",
    "npm run demo # starts all",
    "```",
    "<!-- test: offline -->",
    "",
    "```sh",
    "echo one > file",
    "```",
    "- <!-- test: offline -->",
    "  text in between",
    "  ```sh",
    "  rm -rf build",
    "  ```",
    "```json",
    "{}",
    "```",
    "```bash",
    "npm test",
    "```",
    "<!-- test: sometimes -->",
    "~~~sh",
    "npm run gone && npm test && git clone somewhere",
    "~~~",
    "```sh",
    "npm run gone && npm test && git clone somewhere",
    "```",
  ].join("\n");
  const snippets = shellSnippets(markdown);

  test("a mark counts for the block right after it", () => {
    expect(snippets.map(({ line, mode }) => [line, mode])).toEqual([
      [1, undefined],
      [6, "offline"],
      [11, undefined],
      [17, undefined],
      [21, "sometimes"],
      [24, undefined],
    ]);
    expect(snippets[2]?.commands).toBe("rm -rf build");
  });

  test("an unmarked command, another shell, an unknown mark and a missing script are named", () => {
    expect(snippets.flatMap((snippet) => complaints(snippet, ["demo", "test"]))).toEqual([
      "line 11: mark the block <!-- test: offline --> so that a test runs it (rm -rf build)",
      "line 17: write ```sh, not ```bash",
      'line 21: there is no mode "sometimes"; the modes are: offline, recorder, chain, testnet',
      'line 24: package.json has no script "gone" (npm run gone)',
    ]);
  });

  test("a block that fails half way fails, and blocks share their folder", async () => {
    const folder = new SnippetFolder();
    try {
      expect(await folder.run("echo one > file")).toEqual({ code: 0, output: "" });
      expect(await folder.run("cat file\nfalse\necho never")).toEqual({ code: 1, output: "one\n" });
      expect((await folder.run("command -v tocsin node")).code).toBe(0);
    } finally {
      folder.remove();
    }
  });
});
