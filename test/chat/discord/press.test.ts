import { deflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { fromCustomId, packPlans, toCustomId, unpackPlans } from '../../../src/chat/discord/press.ts';
import type { Plan } from '../../../src/domain/plan.ts';

const plans: readonly Plan[] = [
  {
    operation: 'extract',
    targets: ['vegetation'],
    filter: { minAreaM2: 20_000, near: { of: 'water', distanceM: 200 } },
  },
];

it('what a button does is in its id, in at most 100 characters', () => {
  const id = toCustomId({ verb: 'do', plans })!;
  expect(id).toMatch(/^s1:do:[\w-]+$/);
  expect(id.length).toBeLessThanOrEqual(100);
  expect(fromCustomId(id)).toEqual({ verb: 'do', plans });
  expect(fromCustomId(toCustomId({ verb: 'delete', owner: '42' })!)).toEqual({ verb: 'delete', owner: '42' });
  const name = Array.from({ length: 40 }, (_, i) => (i ** 5).toString(36)).join('');
  expect(toCustomId({ verb: 'do', plans: [{ operation: 'rename', targets: [], name }] })).toBeNull();
});

it.each([
  ['of another version', `s0:do:${packPlans(plans)}`],
  ['of another bot', 'page:2'],
  ['with an unknown verb', 's1:rm:1'],
  ['cut off', toCustomId({ verb: 'do', plans })!.slice(0, -8)],
  ['that was never packed', 's1:do:AAAA'],
])('an id %s means nothing', (_what, id) => {
  expect(fromCustomId(id)).toBeNull();
});

it('what comes back from a menu is plans, or nothing', () => {
  expect(unpackPlans(packPlans(plans))).toEqual(plans);
  for (const other of [
    [],
    {},
    [{ operation: 'rm', targets: [] }],
    [{ operation: 'undo', targets: ['sand'] }],
    ['undo'],
  ])
    expect(unpackPlans(packPlans(other as Plan[]))).toBeNull();
  // A bomb: a few bytes that become a million.
  expect(unpackPlans(deflateRawSync(Buffer.alloc(1_000_000, ' '), { level: 9 }).toString('base64url'))).toBeNull();
});
