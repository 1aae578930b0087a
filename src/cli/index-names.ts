import { INDICES } from '../spectral/indices.ts';

/** Spectral indices as people write them, by key. */
export const INDEX_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(INDICES).map(([key, { symbol }]) => [key, symbol]),
);
