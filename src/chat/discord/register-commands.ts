import { type APIApplicationCommand, type REST, type RESTPostAPIApplicationCommandsJSONBody, Routes } from 'discord.js';

/**
 * Make Discord's list of our commands the given one. Writes only when something differs, so it may run at every start.
 * @returns whether it had to write
 */
export async function registerCommands(
  rest: REST,
  application: string,
  commands: readonly RESTPostAPIApplicationCommandsJSONBody[],
): Promise<boolean> {
  if (await areRegistered(rest, application, commands)) return false;
  await rest.put(Routes.applicationCommands(application), { body: commands });
  return true;
}

/** Whether Discord's list of our commands is the given one. */
export async function areRegistered(
  rest: REST,
  application: string,
  commands: readonly RESTPostAPIApplicationCommandsJSONBody[],
): Promise<boolean> {
  const query = new URLSearchParams({ with_localizations: 'true' });
  const registered = (await rest.get(Routes.applicationCommands(application), { query })) as APIApplicationCommand[];
  return (
    registered.length === commands.length &&
    commands.every((command) => {
      const found = registered.find(({ name, type }) => name === command.name && type === command.type);
      return found !== undefined && covers(found, command);
    })
  );
}

/** Discord adds ids, versions and defaults to what we sent; everything we sent must be there. */
function covers(found: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    const list = Array.isArray(found) ? found : [];
    return list.length === wanted.length && wanted.every((item, i) => covers(list[i], item));
  }
  if (typeof wanted === 'object' && wanted !== null) {
    const record = (found ?? {}) as Record<string, unknown>;
    return Object.entries(wanted).every(([key, value]) => isLeftOut(record[key], value) || covers(record[key], value));
  }
  return found === wanted;
}

/** Empty lists and `false` come back as nothing. */
const isLeftOut = (found: unknown, wanted: unknown): boolean =>
  (found === undefined || found === null) && (wanted === false || (Array.isArray(wanted) && wanted.length === 0));
