#!/usr/bin/env node
// The command `tocsin`: relayer/cli/tocsin.ts.
import { join } from "node:path";
import { launch } from "./launch.mjs";
import { root } from "./root.mjs";

const isRelayer = process.argv[2] === "serve";
/** What a relayer throws away is young: with V8's own choice it would keep a hundred megabytes more for it. */
const smallYoungGeneration = "--max-semi-space-size=16";
// glibc keeps what is free for each thread apart, unless told otherwise: a relayer's threads would keep 30 megabytes.
if (isRelayer) process.env.MALLOC_ARENA_MAX ??= "2";

await launch(join(root, "relayer", "cli", "tocsin.ts"), isRelayer ? [smallYoungGeneration] : []);
