import Fastify, { type FastifyInstance } from "fastify";
import swagger from "@fastify/swagger";
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { answerProblems } from "../problem.ts";

/** A server as the relayer's, without routes: for tests of routes over fakes. */
export async function testServer(): Promise<FastifyInstance> {
  const server = Fastify({ bodyLimit: 4_096, routerOptions: { ignoreTrailingSlash: true } });
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  answerProblems(server);
  await server.register(swagger, {
    openapi: { openapi: "3.1.0", info: { title: "test", version: "1" } },
    transform: jsonSchemaTransform,
  });
  return server;
}
