/**
 * How CSV is written here, for whoever writes it: as spreadsheets open it by a double click. Lines end with CR LF (RFC 4180),
 * numbers are whole and without dots, nothing stands for null.
 *
 * A text that begins like a formula gets an apostrophe before it, so that a customer called `=HYPERLINK(…)` stays a name;
 * numbers are left alone, also negative ones. So does what follows a separator inside a text: with an Indonesian or an
 * English setting a spreadsheet may split at another one than we wrote.
 */
export const csvForm = (separator: string) => ({
  delimiter: separator,
  record_delimiter: "\r\n",
  escape_formulas: true,
  // Left to itself the writer quotes a whole CR LF only, and half of one ends the row for every reader.
  quoted_match: /[\r\n]/,
  cast: {
    string: (text: string): string => text.replace(/([;,\t\r\n]["'\s]*)([=+@-])/g, "$1'$2"),
    boolean: String,
  },
});
