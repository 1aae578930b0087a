import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sceneLinks, withoutSceneLinks } from '../../src/domain/scene-link.ts';
import { openRemoteSource } from '../../src/scene/sources/remote-source.ts';

const A = 'https://data.example.org/a.tif';

describe('links to scenes', () => {
  it.each<[text: string, names: string[], rest: string]>([
    [`show water in ${A}`, ['a.tif'], 'show water in'],
    [`${A} and ${A.replace('a.tif', 'b.jp2')}`, ['a.tif', 'b.jp2'], 'and'],
    [`${A}, please`, ['a.tif'], ', please'],
    [`Is there water in (${A})?`, ['a.tif'], 'Is there water in ( )?'],
    [`${A}显示植被`, ['a.tif'], '显示植被'],
    [`<${A}|the lake> show water`, ['a.tif'], 'show water'],
    [`<${A}> show water`, ['a.tif'], 'show water'],
    // An open bracket takes nothing with it.
    [`<${A}|show water`, ['a.tif'], '< |show water'],
    [`${A}?sig=a%2Fb&x=1. Show water`, ['a.tif'], '. Show water'],
    ['HTTPS://DATA.EXAMPLE.ORG/A.TIF', ['A.TIF'], ''],
    ['https://x.org/S2%20L2A.tif', ['S2 L2A.tif'], ''],
    ['https://x.org/%ff.tif', ['%ff.tif'], ''],
    ['https://x.org/a.tif.aux/b.png', ['b.png'], ''],
    ['https://x.org/数据/a.tif', ['a.tif'], ''],
    ['https://x.org/page.html', [], 'https://x.org/page.html'],
    ['https://x.org/a.tiffany', [], 'https://x.org/a.tiffany'],
    ['https://x.org', [], 'https://x.org'],
    ['a.tif', [], 'a.tif'],
    [`https://x.org/${'a'.repeat(5000)}.tif`, [`${'a'.repeat(196)}.tif`], ''],
  ])('in %j', (text, names, rest) => {
    expect(sceneLinks(text).map(({ name }) => name)).toEqual(names);
    expect(withoutSceneLinks(text)).toBe(rest);
  });

  it.each([
    'https://999.999.999.999/a.tif',
    'https://a:99999999/a.tif',
    'https://xn--/a.tif',
    'https://a..b/a.tif',
    'https://-/a.tif',
    'https://…/a.tif',
    'https://[::1/a.tif',
    'https://[::1]/a.tif',
    'https://user:pw@data.example.org/a.tif',
    'https://landsatlook.usgs.gov@127.0.0.1/a.tif',
    'https://münchen.example/a.tif',
    'https://%00/a.tif',
    'https://\\/a.tif',
    'http://landsatlook.usgs.gov/a.tif',
    `https://landsatlook.usgs.gov:1/${'a'.repeat(5000)}.tif`,
  ])('that no file is read from, with a sentence: %s', async (address) => {
    const [file] = sceneLinks(`${address} show water`);
    expect([file!.path, withoutSceneLinks(`${address} show water`)]).toEqual([address, 'show water']);
    await expect(openRemoteSource(file!.path)).rejects.toMatchObject({ code: 'address-refused' });
  });

  it('never fail to be looked for', () => {
    const parts = [
      'https://',
      'http://',
      '/',
      'a.tif',
      '.tif',
      '<',
      '>',
      '|',
      '?',
      '%',
      '@',
      ':',
      '[',
      ']',
      ' ',
      'é',
      '\ud800',
      '\\',
    ];
    const text = fc.array(fc.constantFrom(...parts), { maxLength: 40 }).map((found) => found.join(''));
    const named = fc.property(text, (said) => sceneLinks(said).every(({ name }) => name !== ''));
    fc.assert(named, { examples: [['https://?/.tif']] });
  });
});
