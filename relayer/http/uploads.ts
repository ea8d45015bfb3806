import type { FastifyInstance } from "fastify";
import { fromBase64 } from "@tocsin/protocol/bytes/base64.ts";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { receiptToJson, type SignedReceipt } from "@tocsin/protocol/receipt/receipt.ts";
import { decodeUpload, UPLOAD_TYPE } from "@tocsin/protocol/upload/upload.ts";
import type { Intake } from "../intake/intake.ts";
import { STATES, type State } from "../ports/database.ts";
import type { Proofs } from "../publisher/proofs.ts";
import type { Admission } from "./admission.ts";
import { HttpProblem } from "./problem.ts";
import { acceptedSchema, problems, reportBody } from "./schemas.ts";

const RAW_TYPE = "application/octet-stream";
const JSON_TYPE = "application/json";
const LONGEST_STATE = Math.max(...STATES.map((state) => state.length));

interface UploadParts {
  intake: Intake;
  proofs: Pick<Proofs, "stateOf">;
  admission: Admission;
}

/**
 * Taking reports in: the hot path. Bodies are read as bytes, so that the work can be checked against them, and the
 * answer is written by hand; the schema is for the documentation alone.
 */
export async function addUploadRoute(server: FastifyInstance, parts: UploadParts): Promise<void> {
  // A scope of its own: its parsers are for uploads only.
  await server.register((scope, _options, done) => {
    addTo(scope, parts);
    done();
  });
}

function addTo(scope: FastifyInstance, { intake, proofs, admission }: UploadParts): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    [UPLOAD_TYPE, RAW_TYPE, JSON_TYPE],
    { parseAs: "buffer" },
    (_request, body, done) => done(null, body),
  );
  scope.post(
    "/v1/reports",
    {
      preHandler: admission.check,
      schema: {
        summary: "Submit a signed report",
        description:
          `The body is an upload of 512 bytes as ${UPLOAD_TYPE}: a signed report with random padding, or a dummy, which ` +
          "is answered alike and kept nowhere. Programs may also send the signed report itself as " +
          `${RAW_TYPE}, or ${JSON_TYPE} with it in base64. The same report sent again gets the same receipt.`,
        consumes: [UPLOAD_TYPE, RAW_TYPE, JSON_TYPE],
        response: { 202: acceptedSchema, ...problems(400, 401, 413, 415, 428, 429, 503) },
      },
    },
    async (request, reply) => {
      const report = reportOf(request.body, request.headers["content-type"] ?? "");
      const answer = report ? await accept(report) : answerOf(await intake.acceptDummy(), "received");
      return reply.code(202).header("content-type", "application/json; charset=utf-8").send(answer);
    },
  );

  async function accept(report: Uint8Array): Promise<string> {
    const entry = await intake.accept(report);
    return answerOf(await intake.receiptOf(entry), await proofs.stateOf(entry));
  }
}

/** White space after the JSON gives every answer the same length, whatever the state. */
function answerOf(receipt: SignedReceipt, state: State): string {
  const json = JSON.stringify({ leaf: toHex(receipt.leaf), state, receipt: receiptToJson(receipt) });
  return json + " ".repeat(LONGEST_STATE - state.length);
}

/** The signed report that was sent in one of three forms, or undefined for a dummy. */
function reportOf(body: unknown, contentType: string): Uint8Array | undefined {
  const bytes = body instanceof Uint8Array ? body : new Uint8Array(0);
  if (contentType.startsWith(UPLOAD_TYPE)) return decodeUpload(bytes);
  if (!contentType.startsWith(JSON_TYPE)) return bytes;
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    throw new HttpProblem(400, "REQUEST_INVALID", "the body is not JSON");
  }
  const parsed = reportBody.safeParse(json);
  if (!parsed.success) throw new HttpProblem(400, "REQUEST_INVALID", 'the JSON must be {"report": base64}');
  return fromBase64(parsed.data.report, "report");
}
