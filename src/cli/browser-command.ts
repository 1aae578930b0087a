/** The command that opens an address in the person's browser, and its arguments. */
export function browserCommand(platform: NodeJS.Platform, address: string): readonly [command: string, string[]] {
  if (platform === 'darwin') return ['open', [address]];
  // `start` of the shell takes a first quoted argument as a title, and `&` as its own.
  if (platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', address]];
  return ['xdg-open', [address]];
}
