#!/usr/bin/env node
// The command `tocsin-recorder`: recorder/cli/tocsinRecorder.ts.
import { join } from "node:path";
import { launch } from "./launch.mjs";
import { root } from "./root.mjs";

await launch(join(root, "recorder", "cli", "tocsinRecorder.ts"));
