/**
 * Rows as aligned text. Columns whose cells all look like numbers are aligned right.
 *
 * @returns lines without a final newline
 */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, c) => Math.max(...all.map((row) => row[c]!.length)));
  const numeric = header.map((_, c) => rows.length > 0 && rows.every((row) => /^[\d.+-]|^$|^–$/.test(row[c]!)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, c) => (numeric[c] ? cell.padStart(widths[c]!) : cell.padEnd(widths[c]!)))
      .join('  ')
      .trimEnd();
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
