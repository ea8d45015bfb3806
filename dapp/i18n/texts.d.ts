/** A part of a catalogue: see splitTexts. */
declare module "*.json?texts=first" {
  const texts: Record<string, string>;
  export default texts;
}

declare module "*.json?texts=rest" {
  const texts: Record<string, string>;
  export default texts;
}
