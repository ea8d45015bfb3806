import Fastify, { type FastifyInstance } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { BlockStore } from "../../ports/blockStore.ts";
import { addIpfsRoute } from "../ipfs.ts";
import { answerProblems } from "../problem.ts";

/** The relayer's gateway alone, over a store. `log` is given every line that it logs. */
export function gatewayServer(store: Pick<BlockStore, "get">, log: (line: string) => void): FastifyInstance {
  const server = Fastify({
    logger: { level: "warn", stream: { write: log } },
    routerOptions: { ignoreTrailingSlash: true },
  });
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  answerProblems(server);
  addIpfsRoute(server, store);
  return server;
}
