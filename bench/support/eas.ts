import { ZeroAddress, ZeroHash, type Contract } from "ethers";
import { deploy, transact } from "./chain.ts";
import type { Compiled } from "./compile.ts";

const SCHEMA = "bytes32 root";

/** The Ethereum Attestation Service, and how it is asked to keep a root. */
export class Eas {
  readonly #eas: Contract;
  readonly #schema: string;

  private constructor(eas: Contract, schema: string) {
    this.#eas = eas;
    this.#schema = schema;
  }

  static readonly sources = ["SchemaRegistry.sol", "EAS.sol"].map(
    (file) => `@ethereum-attestation-service/eas-contracts/contracts/${file}`,
  );

  /** Deploys it and registers the schema of a root. */
  static async deploy(compiled: ReadonlyMap<string, Compiled>): Promise<Eas> {
    const schemas = await deploy(compiled.get("SchemaRegistry")!);
    const eas = await deploy(compiled.get("EAS")!, schemas.target);
    const registered = await transact(schemas, "register", [SCHEMA, ZeroAddress, false]);
    return new Eas(eas, registered.logs[0]!.topics[1]!);
  }

  timestamp(root: string): ReturnType<typeof transact> {
    return transact(this.#eas, "timestamp", [root]);
  }

  attest(root: string): ReturnType<typeof transact> {
    const data = {
      recipient: ZeroAddress,
      expirationTime: 0,
      revocable: false,
      refUID: ZeroHash,
      data: root,
      value: 0,
    };
    return transact(this.#eas, "attest", [{ schema: this.#schema, data }]);
  }
}
