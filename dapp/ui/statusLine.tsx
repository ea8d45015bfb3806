/** Says what was just done, within sight wherever the user is on the screen. */
export function StatusLine({ children }: { children: string }) {
  return (
    <p
      role="status"
      className="sticky bottom-20 rounded-lg border border-line bg-surface px-4 py-2 empty:sr-only sm:bottom-4"
    >
      {children}
    </p>
  );
}
