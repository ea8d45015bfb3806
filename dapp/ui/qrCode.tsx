import { encodeQR } from "qr";
import { useMemo } from "react";

/** A margin without which cameras do not find a code, in modules. */
const MARGIN = 4;
/** Codes of more modules a side need more room for a camera to tell them apart. */
const DENSE = 100;

/** A QR code, dark on white in every theme: many cameras read no other. @param label says what is in it */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { path, size } = useMemo(() => drawingOf(text), [text]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className={`w-full rounded-lg border border-line ${size > DENSE ? "max-w-2xl" : "max-w-80"}`}
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

function drawingOf(text: string): { path: string; size: number } {
  const rows = encodeQR(text, "raw", { ecc: "low", border: MARGIN });
  const path = rows
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")))
    .join("");
  return { path, size: rows.length };
}
