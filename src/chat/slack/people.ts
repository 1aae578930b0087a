import type { Language } from '../../domain/message.ts';
import { cleanText, cutText } from '../clean-text.ts';
import { languageOfLocale } from './translate.ts';
import type { Workspace } from './workspaces.ts';

export interface Person {
  readonly name: string;
  readonly language?: Language;
}

/** A question must not wait longer for the name of whoever asked it. */
const PATIENCE_MS = 2_000;
const KEPT = 2_000;
const NAME_LENGTH = 80;

/** Names and languages of people, asked for once. A person we may not ask about is known by id. */
export function createPeople(): { of(workspace: Workspace, user: string): Promise<Person> } {
  const known = new Map<string, Promise<Person>>();
  return {
    of(workspace, user) {
      const key = `${workspace.team}:${user}`;
      const found = known.get(key);
      if (found) return found;
      if (known.size >= KEPT) known.clear();
      const asked = ask(workspace, user);
      known.set(key, asked);
      return asked;
    },
  };
}

async function ask({ client }: Workspace, id: string): Promise<Person> {
  const asked = client.users.info({ user: id, include_locale: true }).then(
    ({ user }) => {
      const name = user?.profile?.display_name || user?.real_name || user?.name || id;
      const language = languageOfLocale(user?.locale);
      return { name: cutText(cleanText(name), NAME_LENGTH), ...(language ? { language } : {}) };
    },
    () => null,
  );
  const late = new Promise<null>((resolve) => setTimeout(resolve, PATIENCE_MS, null).unref());
  return (await Promise.race([asked, late])) ?? { name: id };
}
