import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** Deploys one ReportRegistry, which serves every community. It takes no arguments and has no owner. */
export default buildModule("ReportRegistry", (module) => ({ registry: module.contract("ReportRegistry") }));
