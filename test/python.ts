import { execFileSync, spawnSync } from 'node:child_process';

/** The Python that tests may ask, with the named modules; null, and a line that says what is not run, where it is missing. */
export function pythonWith(
  modules: readonly string[],
  what: string,
): ((script: string, input: string) => string) | null {
  const found = ['/usr/bin/python3', 'python3'].find(
    (command) => spawnSync(command, ['-c', modules.map((name) => `import ${name}`).join('\n')]).status === 0,
  );
  if (!found) {
    console.warn(`not run: ${what} (needs python3${modules.map((name) => `, ${name}`).join('')})`);
    return null;
  }
  return (script, input) =>
    execFileSync(found, ['-c', script], {
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
}
