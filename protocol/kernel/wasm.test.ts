import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fromBase64 } from "../bytes/base64.ts";
import { KERNEL_WASM } from "./wasm.ts";

const SHA256 = "7149c42910626de9c68adf44b73d43764743fa70e6ab200f59efe6396d1fac65";

it("the committed module is, byte for byte, what the pinned compiler makes of the source", () => {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-kernel-"));
  const file = join(folder, "wasm.ts");
  try {
    const program = join(import.meta.dirname, "../../bin/buildKernel.mjs");
    const { status, stderr } = spawnSync(process.execPath, [program, file], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(readFileSync(join(import.meta.dirname, "wasm.ts"), "utf8")).toBe(readFileSync(file, "utf8"));
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(createHash("sha256").update(fromBase64(KERNEL_WASM, "the kernel")).digest("hex")).toBe(SHA256);
});
