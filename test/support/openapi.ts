interface Json {
  [key: string]: unknown;
}

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null;

/** What is wrong with the structure of an OpenAPI document: nothing, or a line for each fault with its place. */
export function openapiFaults(document: Json): string[] {
  const { openapi, info, paths } = document as { openapi?: unknown; info?: Json; paths?: Json };
  const faults: string[] = [];
  if (typeof openapi !== "string" || !/^3\.[01]\.\d+$/.test(openapi)) faults.push("openapi: not 3.0 or 3.1");
  if (typeof info?.title !== "string" || typeof info.version !== "string")
    faults.push("info: no title or version");
  faults.push(...brokenReferences(document, document, "#"));
  const ids = new Set<unknown>();
  for (const [path, methods] of Object.entries(paths ?? {})) {
    if (!path.startsWith("/")) faults.push(`${path}: begins without a slash`);
    for (const [method, operation] of Object.entries(methods as Record<string, Json>)) {
      const place = `${method} ${path}`;
      if (ids.has(operation.operationId) || typeof operation.operationId !== "string")
        faults.push(`${place}: no operationId of its own`);
      ids.add(operation.operationId);
      if (typeof operation.summary !== "string" || operation.summary === "")
        faults.push(`${place}: no summary`);
      faults.push(...parameterFaults(operation, path).map((fault) => `${place}: ${fault}`));
      faults.push(...bodyFaults(operation, method).map((fault) => `${place}: ${fault}`));
      faults.push(...responseFaults(operation).map((fault) => `${place}: ${fault}`));
    }
  }
  return faults;
}

function brokenReferences(value: unknown, root: Json, place: string): string[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key !== "$ref") return brokenReferences(inner, root, `${place}/${key}`);
    const target = String(inner)
      .replace(/^#\//, "")
      .split("/")
      .reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), root);
    return isObject(target) ? [] : [`${place}: ${String(inner)} is not there`];
  });
}

function parameterFaults({ parameters = [] }: Json, path: string): string[] {
  const given = parameters as { name: string; in: string; required?: boolean; schema?: unknown }[];
  const inPath = given.filter((parameter) => parameter.in === "path");
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const missing = named.filter((name) => !inPath.some((other) => other.name === name && other.required));
  const unknown = inPath.filter(({ name }) => !named.includes(name));
  return [
    ...missing.map((name) => `the path's ${name} is not described`),
    ...unknown.map(({ name }) => `${name} is not in the path`),
    ...given.filter(({ schema }) => !isObject(schema)).map(({ name }) => `${name} has no schema`),
  ];
}

function bodyFaults({ requestBody }: Json, method: string): string[] {
  if (requestBody === undefined) return method === "post" ? ["no body is described"] : [];
  return contentFaults((requestBody as Json).content, "the body");
}

function responseFaults({ responses }: Json): string[] {
  const all = Object.entries((responses ?? {}) as Record<string, Json>);
  const faults = all.flatMap(([status, { description, content }]) => {
    if (!/^[1-5]\d\d$/.test(status)) return [`${status} is no status`];
    const plain = typeof description === "string" && !/^$|Default Response/.test(description);
    const own = plain ? [] : [`${status} is not described`];
    if (content === undefined) return own;
    const withExample = Object.values(content as Record<string, Json>).every(
      ({ example, schema }) => example !== undefined || isBinary(schema),
    );
    return [...own, ...contentFaults(content, status), ...(withExample ? [] : [`${status} has no example`])];
  });
  return all.some(([status]) => /^2/.test(status)) ? faults : [...faults, "no success is described"];
}

function isBinary(schema: unknown): boolean {
  return (
    isObject(schema) &&
    (schema.format === "binary" || Object.keys(schema).every((key) => key === "description"))
  );
}

function contentFaults(content: unknown, place: string): string[] {
  const types = Object.entries((content ?? {}) as Record<string, Json>);
  if (types.length === 0) return [`${place} has no media type`];
  return types.flatMap(([type, { schema }]) => [
    ...(/^[a-z]+\/[a-z0-9.+-]+$/.test(type) ? [] : [`${place}: ${type} is no media type`]),
    ...(isObject(schema) ? [] : [`${place}: ${type} has no schema`]),
  ]);
}
