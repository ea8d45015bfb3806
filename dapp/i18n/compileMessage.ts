import type {
  CompiledIcuChoices,
  CompiledMessage,
  CompiledMessageToken,
} from "@lingui/message-utils/compileMessage";

/**
 * Reads the part of ICU MessageFormat that this page's messages use: `{name}`, `{n, number}`, plural and select. Lingui's
 * own reader of all of it would be a large part of what a phone loads first; a test compares the two on every message.
 * @throws Error for everything else
 */
export function compileMessage(message: string): CompiledMessage {
  const reader = new Reader(message);
  const tokens = reader.tokens(false);
  reader.end();
  return tokens;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Everything up to the brace that closes it, or to the end. @param counts whether # stands for a number */
  tokens(counts: boolean): CompiledMessage {
    const tokens: CompiledMessage = [];
    for (;;) {
      const text = this.#take(counts ? /[^{}#]+/y : /[^{}]+/y);
      if (text !== "") tokens.push(text);
      else if (this.#take(/#/y)) tokens.push("#");
      else if (this.#take(/\{/y)) tokens.push(this.#argument());
      else return tokens;
    }
  }

  end(): void {
    if (this.#at < this.#text.length) throw this.#unreadable();
  }

  #argument(): CompiledMessageToken {
    const name = this.#need(/\s*(\w+)\s*/y);
    if (this.#take(/\}/y)) return [name];
    const kind = this.#need(/,\s*(\w+)\s*/y);
    if (this.#take(/\}/y)) return [name, kind];
    this.#need(/(,)\s*/y);
    const forms = { offset: undefined } as CompiledIcuChoices;
    while (!this.#take(/\}/y)) {
      const form = this.#need(/=?(\w+)\s*\{/y);
      forms[form] = this.tokens(kind !== "select");
      this.#need(/(\})\s*/y);
    }
    return [name, kind, forms];
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    this.#at += found?.[0].length ?? 0;
    return found?.[1] ?? found?.[0] ?? "";
  }

  #need(pattern: RegExp): string {
    const found = this.#take(pattern);
    if (found === "") throw this.#unreadable();
    return found;
  }

  #unreadable(): Error {
    return new Error(`the message cannot be read at ${this.#at}: ${this.#text}`);
  }
}
