import { describe, expect, test } from "vitest";
import { rules } from "./support/rules.ts";
import { importsOf, repositoryFiles } from "./support/sources.ts";

const files = repositoryFiles();

describe("the repository keeps its design", () => {
  test("there are sources to look at", () => {
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(["protocol/errors.ts", "test/architecture.test.ts"]));
    expect(files.flatMap(importsOf).some(({ target }) => target === "test/support/rules.ts")).toBe(true);
  });

  test.each(rules)("$name", ({ name, violations }) => {
    expect(violations(files), name).toEqual([]);
  });
});

/** Files, by path, with one line of text each: those that must be caught, and those that must pass. */
interface Fixture {
  caught: [path: string, text: string][];
  passed: [path: string, text: string][];
}

const fixtures: Record<string, Fixture> = {
  "protocol is pure": {
    caught: [
      ["protocol/tcn/derive.ts", 'import { createHash } from "node:crypto";'],
      ["protocol/tcn/derive.ts", 'import type { Hex } from "viem";'],
      ["protocol/log/head.ts", 'export { head } from "../../relayer/app.ts";'],
      ["protocol/tree/verify.ts", 'import { MerkleTree } from "merkletreejs";'],
      ["protocol/tree/verify.ts", 'const tree = await import("merkletreejs");'],
      ["protocol/tcn/derive.ts", 'import { x } from "@noble/ciphers/aes.js";'],
    ],
    passed: [
      ["protocol/tree/build.ts", 'import { MerkleTree } from "merkletreejs";'],
      ["protocol/tree/build.ts", 'import { sha256 } from "@noble/hashes/sha2.js";'],
      ["protocol/batch/cid.ts", 'import { CID } from "multiformats/cid";'],
      ["protocol/batch/cid.ts", 'import { TocsinError } from "../errors.ts";'],
      ["protocol/tcn/derive.test.ts", 'import { readFileSync } from "node:fs";'],
    ],
  },
  "relayer core": {
    caught: [
      ["relayer/intake/accept.ts", 'import type { Kysely } from "kysely";'],
      ["relayer/batcher/seal.ts", 'import { open } from "../adapters/sqlite/open.ts";'],
      ["relayer/publisher/post.ts", 'import { Wallet } from "ethers";'],
      ["relayer/ports/clock.ts", 'import { readFile } from "node:fs/promises";'],
      ["relayer/intake/accept.ts", 'import { server } from "../http/server.ts";'],
    ],
    passed: [
      ["relayer/intake/accept.ts", 'import { decode } from "@tocsin/protocol/entry/decode.ts";'],
      ["relayer/batcher/seal.ts", 'import type { Clock } from "../ports/clock.ts";'],
      ["relayer/http/server.ts", 'import fastify from "fastify";'],
    ],
  },
  "only relayer/app.ts": {
    caught: [
      ["relayer/cli/serve.ts", 'import { open } from "../adapters/sqlite/open.ts";'],
      ["demo/demo.ts", 'import { open } from "@tocsin/relayer/adapters/sqlite/open.ts";'],
    ],
    passed: [
      ["relayer/app.ts", 'import { open } from "./adapters/sqlite/open.ts";'],
      ["relayer/adapters/sqlite/open.ts", 'import { tables } from "./tables.ts";'],
      ["test/integration/sqlite.test.ts", 'import { open } from "../../relayer/adapters/sqlite/open.ts";'],
    ],
  },
  "the dapp never": {
    caught: [
      ["dapp/sync/fold.ts", 'import { config } from "@tocsin/relayer/config/read.ts";'],
      ["dapp/sync/fold.test.ts", 'import { config } from "../../relayer/config/read.ts";'],
      ["dapp/recorder/follow.ts", 'import { status } from "@tocsin/recorder/recorder.ts";'],
    ],
    passed: [["dapp/sync/fold.ts", 'import { head } from "@tocsin/protocol/log/head.ts";']],
  },
  "recorder core": {
    caught: [
      ["recorder/keys/keyring.ts", 'import { systemBus } from "dbus-native";'],
      ["recorder/recorder.ts", 'import { BluezRadio } from "./bluez/bluezRadio.ts";'],
      ["recorder/air/plan.ts", 'import { startBridge } from "../bridge/server.ts";'],
    ],
    passed: [
      ["recorder/contacts/contactStore.ts", 'import Sqlite from "better-sqlite3";'],
      ["recorder/keys/keyFile.ts", 'import { scrypt } from "node:crypto";'],
      ["recorder/recorder.ts", 'import { RecorderError } from "./errors.ts";'],
      ["recorder/air/plan.ts", 'import { TCN_LENGTH } from "@tocsin/protocol/tcn/ratchet.ts";'],
    ],
  },
  "only recorder/app.ts": {
    caught: [["recorder/cli/run.ts", 'import { BluezRadio } from "../bluez/bluezRadio.ts";']],
    passed: [
      ["recorder/app.ts", 'import { BluezRadio } from "./bluez/bluezRadio.ts";'],
      ["recorder/cli/doctor.ts", 'import { inspectAdapters } from "../bluez/inspectAdapters.ts";'],
    ],
  },
  "the recorder takes": {
    caught: [["recorder/cli/run.ts", 'import { startRelayer } from "@tocsin/relayer/app.ts";']],
    passed: [["recorder/cli/run.ts", 'import { note } from "@tocsin/relayer/cli/output.ts";']],
  },
  "ethers stays": {
    caught: [
      ["dapp/sync/rpc.ts", 'import { JsonRpcProvider } from "ethers";'],
      ["relayer/http/server.ts", 'import { getAddress } from "ethers/address";'],
    ],
    passed: [
      ["relayer/adapters/ethers/registry.ts", 'import { Contract } from "ethers";'],
      ["test/contracts/append.test.ts", 'import { ethers } from "ethers";'],
    ],
  },
  "viem stays": {
    caught: [["relayer/adapters/registry.ts", 'import { createPublicClient } from "viem";']],
    passed: [["dapp/sync/rpc.ts", 'import { createPublicClient } from "viem/chains";']],
  },
  "no barrels": {
    caught: [
      ["protocol/index.ts", 'export * from "./errors.ts";'],
      ["protocol/tcn/all.ts", 'import { a } from "./a.ts";\nexport { a };'],
    ],
    passed: [
      ["protocol/errors.ts", 'import { a } from "./a.ts";\nexport const b = a;'],
      ["bin/start.mjs", 'import "./a.mjs";'],
    ],
  },
  "no source file is longer": {
    caught: [["contracts/Long.sol", "\n".repeat(351)]],
    passed: [["contracts/Short.sol", "\n".repeat(350)]],
  },
  "no file names a path": {
    caught: [
      ["docs/run.md", ["cd ", "work", "main"].join("/")],
      ["docs/run.md", ["see `", "home", "me"].join("/")],
    ],
    passed: [["docs/run.md", "import x from ./office/a and `dapp/home/start.tsx`"]],
  },
  "no file names a package registry": {
    caught: [["docs/run.md", ["https:", "", ["registry", "npmjs", "org"].join("."), "x"].join("/")]],
    passed: [["docs/run.md", "the registry at https://example.org/registry"]],
  },
};

describe("each rule catches what it forbids, and nothing else", () => {
  test.each(rules)("$name", ({ name, violations }) => {
    const [, fixture] = Object.entries(fixtures).find(([start]) => name.startsWith(start)) ?? [];
    const find = ([path, text]: [string, string]): string[] => violations([{ path, text }]);
    for (const file of fixture?.caught ?? [])
      expect(find(file)[0], file.join(": ")).toMatch(new RegExp(`^${file[0]}`));
    for (const file of fixture?.passed ?? []) expect(find(file)).toEqual([]);
    expect(fixture?.caught.length, "a rule without a fixture").toBeGreaterThan(0);
  });
});
