/**
 * Milliseconds this process has computed: what a time limit means on a machine with nothing else to do. Tests that measure
 * the wall fail when somebody else is using the cores.
 */
export function cpuTimeMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
