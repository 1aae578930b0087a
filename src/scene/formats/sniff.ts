export type SniffedFormat = (typeof SIGNATURES)[number]['format'] | 'text' | 'unknown';

/** Formats by their first bytes. A file name or media type decides nothing. */
const SIGNATURES = [
  { format: 'tiff', at: 0, bytes: [0x49, 0x49, 0x2a, 0x00] },
  { format: 'tiff', at: 0, bytes: [0x49, 0x49, 0x2b, 0x00] },
  { format: 'tiff', at: 0, bytes: [0x4d, 0x4d, 0x00, 0x2a] },
  { format: 'tiff', at: 0, bytes: [0x4d, 0x4d, 0x00, 0x2b] },
  { format: 'png', at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { format: 'jpeg', at: 0, bytes: [0xff, 0xd8, 0xff] },
  // RIFF, a length, WEBP.
  { format: 'webp', at: 0, bytes: [0x52, 0x49, 0x46, 0x46, null, null, null, null, 0x57, 0x45, 0x42, 0x50] },
  { format: 'jp2', at: 0, bytes: [0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50, 0x20, 0x20] },
  { format: 'j2k', at: 0, bytes: [0xff, 0x4f, 0xff, 0x51] },
  { format: 'zip', at: 0, bytes: [0x50, 0x4b, 0x03, 0x04] },
  { format: 'zip', at: 0, bytes: [0x50, 0x4b, 0x05, 0x06] },
  { format: 'pdf', at: 0, bytes: [0x25, 0x50, 0x44, 0x46] },
  { format: 'gif', at: 0, bytes: [0x47, 0x49, 0x46, 0x38] },
  { format: 'gzip', at: 0, bytes: [0x1f, 0x8b] },
  { format: 'tar', at: 257, bytes: [0x75, 0x73, 0x74, 0x61, 0x72] },
  { format: 'hdf5', at: 0, bytes: [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a] },
  { format: 'hdf4', at: 0, bytes: [0x0e, 0x03, 0x13, 0x01] },
  { format: 'netcdf', at: 0, bytes: [0x43, 0x44, 0x46] },
  { format: 'nitf', at: 0, bytes: [0x4e, 0x49, 0x54, 0x46] },
  { format: 'rar', at: 0, bytes: [0x52, 0x61, 0x72, 0x21] },
  { format: '7z', at: 0, bytes: [0x37, 0x7a, 0xbc, 0xaf] },
  { format: 'sqlite', at: 0, bytes: [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65] },
  { format: 'heif', at: 4, bytes: [0x66, 0x74, 0x79, 0x70] },
  { format: 'bmp', at: 0, bytes: [0x42, 0x4d] },
] as const;

/** Bytes of a file's beginning that `sniffFormat` needs. */
export const SNIFF_BYTES = 512;

/**
 * What a file is, by its first bytes.
 *
 * @param head  at least the first `SNIFF_BYTES` bytes, or the whole of a shorter file
 */
export function sniffFormat(head: Uint8Array): SniffedFormat {
  const row = SIGNATURES.find(({ at, bytes }) => bytes.every((byte, i) => byte === null || head[at + i] === byte));
  if (row) return row.format;
  return head.length > 0 && head.subarray(0, SNIFF_BYTES).every(isTextByte) ? 'text' : 'unknown';
}

/** What to call a format that we do not read, completing "this is …". */
export function describeFormat(format: SniffedFormat): string {
  return FOREIGN[format] ?? 'not an image that I know';
}

const FOREIGN: Partial<Record<SniffedFormat, string>> = {
  pdf: 'a PDF document',
  gif: 'a GIF picture',
  gzip: 'a gzip archive (a ZIP would do)',
  tar: 'a TAR archive (a ZIP would do)',
  hdf5: 'an HDF5 or NetCDF-4 file',
  hdf4: 'an HDF4 file',
  netcdf: 'a NetCDF file',
  nitf: 'a NITF file',
  rar: 'a RAR archive (a ZIP would do)',
  '7z': 'a 7z archive (a ZIP would do)',
  sqlite: 'a database (GeoPackage rasters are not supported)',
  heif: 'a HEIF picture',
  bmp: 'a BMP picture',
  text: 'a text, web page or drawing, not an image',
};

/** UTF-8 text without control characters other than tab and line ends. */
const isTextByte = (byte: number): boolean => (byte >= 0x20 ? byte !== 0x7f : byte === 9 || byte === 10 || byte === 13);
