import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePasswordExport } from "../../../src/domain/adopt/password-export.js";

const asObject = (text: string): Record<string, string> => Object.fromEntries(parsePasswordExport(text).passwords);

describe("the forms an export comes in", () => {
  test("sections, as RouterOS 6 and 7 write them", () => {
    const text = `# sep/17/2026 09:09:49 by RouterOS 6.49.17
# software id = ABCD-1234
#
/interface bridge
add name=secret password=no
/ppp profile
add name=10M rate-limit=5M/10M
/ppp secret
add name=budi password=rahasia profile=10M service=pppoe
add comment="Pak Budi, RT 03" name="siti rt3" password="a b \\"c\\" \\\\ \\$d" \\
    profile=10M service=pppoe
add name=kantor password=x profile=vpn service=l2tp
add disabled=yes name=tanpa profile=10M
/ip hotspot user
set [ find default=yes ] password=trial
add name=warung password=kopi server=hotspot1
/system identity
set name=hex
add name=lain password=lain
`;
    expect(asObject(text)).toEqual({
      "pppoe:budi": "rahasia",
      "pppoe:siti rt3": 'a b "c" \\ $d',
      "hotspot:warung": "kopi",
    });
    expect(parsePasswordExport(text).rowCount).toBe(4);
  });

  test("whole commands per line, with Windows line ends and a mark in front", () => {
    const text =
      "\uFEFF/ppp secret add name=budi password=rahasia service=any\r\n" +
      "/ip/hotspot/user add name=warung password=kopi\r\n" +
      "/ppp secret add name=lama password=\r\n";
    expect(asObject(text)).toEqual({ "pppoe:budi": "rahasia", "hotspot:warung": "kopi" });
  });

  test("a line that is broken inside a value, and a value that ends in a backslash", () => {
    const text =
      '/ppp secret\nadd name=budi password="panjang \\\n    sekali" profile=10M\nadd name=x password="a\\\\"\n';
    expect(asObject(text)).toEqual({ "pppoe:budi": "panjang sekali", "pppoe:x": "a\\" });
  });

  test("an export without passwords has rows and none of them", () => {
    expect(parsePasswordExport("/ppp secret\nadd name=budi profile=10M\n")).toEqual({
      passwords: new Map(),
      rowCount: 1,
    });
    expect(parsePasswordExport("\u0000\u0001 not an export")).toEqual({ passwords: new Map(), rowCount: 0 });
  });
});

test("what RouterOS would write is read back, wherever the line is broken", () =>
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 30 }),
      fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 30 }),
      fc.nat(),
      (name, password, at) => {
        const quoted = (text: string): string => `"${text.replaceAll(/["\\$?]/g, (sign) => `\\${sign}`)}"`;
        const line = `add name=${quoted(name)} password=${quoted(password)} service=pppoe`;
        // Exports break between words, or inside a value; never inside an escape, and never before a space that counts.
        const places = [...line.matchAll(/(?<=[a-z0-9= ])(?=[a-z0-9"])/g)].map(({ index }) => index);
        const place = places[at % places.length] ?? 0;
        const text = `/ppp secret\n${line.slice(0, place)}\\\n    ${line.slice(place)}\n`;
        expect(asObject(text)).toEqual({ [`pppoe:${name}`]: password });
      },
    ),
  ));
