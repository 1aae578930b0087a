/** The files of a folder that plain JSON names, however deep. */
export function pathsIn(value: unknown, folder: string): string[] {
  if (typeof value === 'string') return value.startsWith(folder) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap((v) => pathsIn(v, folder)) : [];
}
