import { startStack } from "./stack.ts";

/** `npm run dev`: a chain, a relayer and the dapp with Vite's development server, until Ctrl-C. */
const stack = await startStack({ dapp: "dev", tell: (line) => void process.stdout.write(`${line}\n`) });
process.stdout.write("Ctrl-C ends it\n");
await new Promise<void>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
});
await stack.stop();
