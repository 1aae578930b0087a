import { resolve } from 'node:path';

/** The files of a folder that plain JSON names, however deep. What people call things stands in it too, `..` and all. */
export function pathsIn(value: unknown, folder: string): string[] {
  if (typeof value === 'string') return resolve(value).startsWith(folder) ? [resolve(value)] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap((v) => pathsIn(v, folder)) : [];
}
