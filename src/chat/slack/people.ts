import type { Memory } from '../../domain/memory.ts';
import type { Language } from '../../domain/message.ts';
import { cleanText, cutText } from '../clean-text.ts';
import { authorId, languageOfLocale, personId } from './translate.ts';
import type { Workspace } from './workspaces.ts';

export interface Person {
  readonly name: string;
  readonly language?: Language;
}

/** A question must not wait longer for the name of whoever asked it. */
const PATIENCE_MS = 2_000;
const KEPT = 2_000;
const NAME_LENGTH = 80;

/**
 * Names and languages of people: Slack is asked once, and a language chosen here goes before the one it tells. A person we
 * may not ask about is known by id.
 */
export function createPeople(memory: Memory): { of(workspace: Workspace, user: string): Promise<Person> } {
  const known = new Map<string, Promise<Person>>();
  const asked = (workspace: Workspace, user: string): Promise<Person> => {
    const key = authorId(workspace.team, user);
    const found = known.get(key);
    if (found) return found;
    if (known.size >= KEPT) known.clear();
    const asking = ask(workspace, user);
    known.set(
      key,
      asking.then((person) => {
        // Not told in time: asked again with the next message.
        if (!person) known.delete(key);
        return person ?? { name: user };
      }),
    );
    return known.get(key)!;
  };
  return {
    async of(workspace, user) {
      const [person, chosen] = await Promise.all([
        asked(workspace, user),
        memory.language(personId(workspace.team, user)),
      ]);
      return chosen ? { ...person, language: chosen } : person;
    },
  };
}

/** Null when Slack does not tell within our patience. */
async function ask({ impatient }: Workspace, id: string): Promise<Person | null> {
  const asked = impatient.users.info({ user: id, include_locale: true }).then(
    ({ user }) => {
      const name = user?.profile?.display_name || user?.real_name || user?.name || id;
      const language = languageOfLocale(user?.locale);
      return { name: cutText(cleanText(name), NAME_LENGTH), ...(language ? { language } : {}) };
    },
    () => null,
  );
  const late = new Promise<null>((resolve) => setTimeout(resolve, PATIENCE_MS, null).unref());
  return Promise.race([asked, late]);
}
