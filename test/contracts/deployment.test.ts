import { expect, test } from "vitest";
import ReportBondModule from "../../ignition/modules/ReportBond.ts";
import ReportRegistryModule from "../../ignition/modules/ReportRegistry.ts";
import { ignition } from "./support/registry.ts";

test("the registry's deployment module deploys an empty registry", async () => {
  const { registry } = await ignition.deploy(ReportRegistryModule);
  expect(await registry.logCount!()).toBe(0n);
});

test("the bond's deployment module takes a registry, and parameters in place of its own", async () => {
  const { registry } = await ignition.deploy(ReportRegistryModule);
  const address = await registry.getAddress();
  const deploy = async (parameters: Record<string, bigint>) => {
    const { bond } = await ignition.deploy(ReportBondModule, {
      parameters: { ReportBond: { registry: address, ...parameters } },
    });
    return Promise.all(["registry", "penalty"].map((name): Promise<unknown> => bond.getFunction(name)()));
  };
  expect(await deploy({})).toEqual([address, 10n ** 17n]);
  expect(await deploy({ penalty: 7n })).toEqual([address, 7n]);
  await expect(deploy({ penalty: 1n })).rejects.toThrow("ParametersInvalid");
});
