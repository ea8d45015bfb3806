import { decodeQR } from "qr/decode.js";

/** Wider or higher pictures are made smaller: a code that fills a part of one is still found. */
const MAX_SIDE = 1_600;
const TIME_LIMIT_MS = 200;

/** The text of the QR code in a picture or a frame of a camera; undefined where none is found. */
export function readQr(picture: CanvasImageSource, width: number, height: number): string | undefined {
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (w === 0 || h === 0) return undefined;
  const context = new OffscreenCanvas(w, h).getContext("2d", { willReadFrequently: true });
  if (!context) return undefined;
  context.drawImage(picture, 0, 0, w, h);
  try {
    return decodeQR(context.getImageData(0, 0, w, h), { timeLimit: TIME_LIMIT_MS });
  } catch {
    // The decoder throws for every picture without a code.
    return undefined;
  }
}

/** The same for a file. @throws DOMException for one that is no picture */
export async function readQrFile(file: Blob): Promise<string | undefined> {
  const picture = await createImageBitmap(file);
  try {
    return readQr(picture, picture.width, picture.height);
  } finally {
    picture.close();
  }
}
