import { compileKernel, createKernel, type Kernel } from "./kernel.ts";

let kernel: Kernel | undefined;

/** This thread's kernel, made when it is first needed: whoever hashes one batch after the other shares it. */
export function sharedKernel(): Kernel {
  kernel ??= createKernel(compileKernel());
  return kernel;
}
