import { expect, test } from "vitest";
import { evidenceOf } from "./evidence.ts";

const source = {
  ...{ name: "Here", rpc: "https://now.example", chainId: 1, registry: `0x${"a1".repeat(20)}`, logId: 7 },
  ...{ gateways: ["https://a.example", "https://b.example/secret"], relayer: "" },
};

test("evidence names the RPC that was asked then, and no key of it", () => {
  const failure = {
    ...({ code: "LOG_HEAD_MISMATCH", message: "it hides", rpc: "https://then.example/v3/secret" } as const),
    details: { block: 9, headInContract: "0x01", headOfEvents: "0x02" },
  };
  const evidence = evidenceOf(source, failure, 86_400);
  expect(evidence).toMatchObject({
    ...{ code: "LOG_HEAD_MISMATCH", rpc: "https://then.example", registry: source.registry, logId: 7 },
    ...{ gateways: ["https://a.example", "https://b.example"], block: 9 },
    ...{ headInContract: "0x01", headOfEvents: "0x02", seenAt: "1970-01-02T00:00:00.000Z" },
  });
  expect(JSON.stringify(evidence)).not.toContain("secret");
});

test("where no RPC was kept it is the source's", () => {
  expect(evidenceOf(source, { code: "BATCH_EMPTY", message: "" }, 0)).toMatchObject({
    rpc: "https://now.example",
  });
});
