import { compileKernel, createKernel, type Kernel } from "./kernel.ts";

let kernel: Kernel | undefined;

/** This thread's kernel, made when it is first needed: whoever hashes or compares one batch after the other shares it. */
export function sharedKernel(): Kernel {
  kernel ??= createKernel(compileKernel());
  return kernel;
}

/** Makes this thread's kernel of a module that another thread compiled; undefined where that one could not. */
export function beginKernel(module: WebAssembly.Module | undefined): void {
  kernel = createKernel(module);
}
