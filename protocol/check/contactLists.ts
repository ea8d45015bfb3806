import type { ContactRecord } from "../match/contactRecords.ts";
import type { ContactTable } from "../match/contactTable.ts";

/** The contact records of one TCN. Each is one object, so that it is told from others that are equal. */
export type TcnContacts = readonly ContactRecord[];

/**
 * Reads the contact records of TCNs, those of each TCN once: all reports that cover it share one list. A stranger may
 * be seen any number of times with one TCN and send any number of reports of it, and the one must not multiply the other.
 */
export class ContactLists {
  readonly #table: ContactTable;
  readonly #horizon: number;
  readonly #lists = new Map<number, TcnContacts>();

  /** @param horizon unix seconds; contacts that were last seen before are not looked for */
  constructor(table: ContactTable, horizon: number) {
    this.#table = table;
    this.#horizon = horizon;
  }

  /** Those of each TCN that has some, as the same lists every time. @param firsts as a match has them */
  of(firsts: readonly number[]): TcnContacts[] {
    return firsts.map((first) => this.#list(first)).filter((list) => list.length > 0);
  }

  #list(first: number): TcnContacts {
    const known = this.#lists.get(first);
    if (known) return known;
    const list = [];
    for (let number = first; number >= 0; number = this.#table.next(number)) {
      const contact = this.#table.record(number);
      if (contact.lastSeen >= this.#horizon) list.push(contact);
    }
    this.#lists.set(first, list);
    return list;
  }
}
