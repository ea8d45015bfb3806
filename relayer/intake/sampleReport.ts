import { fromHex } from "@tocsin/protocol/bytes/hex.ts";

/** A valid signed report of a key that was thrown away, for one number: what the checks of a dummy are made on. */
export const SAMPLE_REPORT = fromHex(
  "fad2b5663e11ea23b33139403acd9f74651e86b3772983d5a5174f7ac20632e0276e0d3f30690a06e6e96772df" +
    "2296eba57dedb545d813b241cd0f2d60fd44ba01000100001401008081a36900000000ffffffffffffffff1220" +
    "87f07f1e57834946339e1230a85fd744b280164f65cc8f11702543d1e9c8d8217fe998ab419c9759b438be88f2" +
    "e5b5a6e4638dd4ad7f546023b57aecab47660d",
  "sample report",
);
