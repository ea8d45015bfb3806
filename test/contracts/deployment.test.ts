import { expect, test } from "vitest";
import ReportRegistryModule from "../../ignition/modules/ReportRegistry.ts";
import { ignition } from "./support/registry.ts";

test("the deployment module deploys an empty registry", async () => {
  const { registry } = await ignition.deploy(ReportRegistryModule);
  expect(await registry.logCount!()).toBe(0n);
});
