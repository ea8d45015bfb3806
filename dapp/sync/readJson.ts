/**
 * Reads a JSON answer of at most `maxBytes`, whatever length it claims.
 * @throws Error for more bytes, or for text that is no JSON
 */
export async function readJson(response: Response, maxBytes: number): Promise<unknown> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw new Error(`it answers with more than ${maxBytes} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
  try {
    return JSON.parse(text + decoder.decode()) as unknown;
  } catch (error) {
    throw new Error("it answers with something that is no JSON", { cause: error });
  }
}
