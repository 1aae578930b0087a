import { expect, it } from 'vitest';
import { browserCommand } from '../../src/cli/browser-command.ts';

it.each([
  ['linux', 'xdg-open', ['http://127.0.0.1:3000']],
  ['darwin', 'open', ['http://127.0.0.1:3000']],
  ['win32', 'rundll32', ['url.dll,FileProtocolHandler', 'http://127.0.0.1:3000']],
] as const)('on %s an address is opened by %s', (platform, command, args) => {
  expect(browserCommand(platform, 'http://127.0.0.1:3000')).toEqual([command, args]);
});
