import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

const DAY = 86_400;

/**
 * Deploys one ReportBond for the logs of one registry. It has no owner, and these can never be changed:
 * - `registry` its address
 * - `penalty` what an unanswered demand costs a relayer, in wei
 * - `counterBond` what a demander stakes, in wei: more than an answer's gas should cost (90,000 gas at 50 gwei here)
 * - `longestReceipt` how long before its deadline a receipt may be signed, in seconds: twice the default that a
 *   relayer gives itself
 * - `demandWindow` for how long after its deadline a receipt can be demanded, in seconds; a bond can be withdrawn
 *   after both together
 * - `answerPeriod` for how long a demand can be answered, in seconds: a relayer may be down over a long weekend
 */
export default buildModule("ReportBond", (module) => {
  const parameters = {
    penalty: module.getParameter("penalty", 10n ** 17n),
    counterBond: module.getParameter("counterBond", 5n * 10n ** 15n),
    longestReceipt: module.getParameter("longestReceipt", 2 * DAY),
    demandWindow: module.getParameter("demandWindow", 7 * DAY),
    answerPeriod: module.getParameter("answerPeriod", 3 * DAY),
  };
  return { bond: module.contract("ReportBond", [module.getParameter<string>("registry"), parameters]) };
});
