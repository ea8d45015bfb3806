// Compiles the kernel's AssemblyScript into a module that TypeScript imports: node bin/buildKernel.mjs [FILE]
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { root } from "./root.mjs";

const source = "protocol/kernel/assembly/kernel.ts";
const options = [
  "--runtime",
  "stub",
  "-O3",
  "--enable",
  "simd",
  "--noAssert",
  "--initialMemory",
  "1",
  "--maximumMemory",
  "1",
];

const [file = join(root, "protocol", "kernel", "wasm.ts")] = process.argv.slice(2);
let wasm;
const { error, stderr } = await asc.main(
  [source, ...options, "--baseDir", root, "--outFile", "kernel.wasm"],
  {
    readFile: (name, folder) => readFile(join(folder, name), "utf8").catch(() => null),
    writeFile: (_, contents) => (wasm = contents),
    listFiles: () => [],
  },
);
if (error) {
  console.error(`${stderr.toString()}${error.message}`);
  process.exit(1);
}
await writeFile(
  file,
  `/** protocol/kernel/assembly/kernel.ts, compiled by \`npm run build\`: ${wasm.length} bytes in base64. */
export const KERNEL_WASM =
  "${Buffer.from(wasm).toString("base64")}";
`,
);
