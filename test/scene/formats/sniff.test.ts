import { expect, it } from 'vitest';
import { describeFormat, sniffFormat } from '../../../src/scene/formats/sniff.ts';

it.each([
  ['II*\0', 'tiff'],
  ['MM\0*', 'tiff'],
  ['II+\0', 'tiff'],
  ['MM\0+', 'tiff'],
  ['\x89PNG\r\n\x1a\n', 'png'],
  ['\xff\xd8\xff\xe0', 'jpeg'],
  ['RIFF\0\0\0\0WEBPVP8 ', 'webp'],
  ['RIFF\0\0\0\0WAVEfmt ', 'unknown'],
  ['<svg a="WEBP">', 'text'],
  ['GIF89aWEWEBP', 'gif'],
  ['\0\0\0\x0cjP  \r\n\x87\n', 'jp2'],
  ['\xff\x4f\xff\x51', 'j2k'],
  ['PK\x03\x04', 'zip'],
  ['%PDF-1.7', 'pdf'],
  ['GIF89a', 'gif'],
  ['\x89HDF\r\n\x1a\n', 'hdf5'],
  ['CDF\x01', 'netcdf'],
  // USGS hands out Landsat scenes this way: the first entry's name stands where other formats have a signature.
  [`${'LC08_SR_B4.TIF'.padEnd(257, '\0')}ustar`, 'tar'],
  ['<svg xmlns="http://www.w3.org/2000/svg">', 'text'],
  ['<!doctype html><title>Log in</title>', 'text'],
  ['GROUP = LANDSAT_METADATA_FILE\n', 'text'],
  ['MZ\x90\0', 'unknown'],
  ['', 'unknown'],
])('%j is %s', (head, format) => expect(sniffFormat(Buffer.from(head, 'latin1'))).toBe(format));

it('has words for what we do not read', () => {
  expect(describeFormat('hdf5')).toBe('an HDF5 or NetCDF-4 file');
  expect(describeFormat('unknown')).toBe('not an image that I know');
});
