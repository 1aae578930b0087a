import type { App, BlockAction, MessageShortcut } from '@slack/bolt';
import type { Memory } from '../../domain/memory.ts';
import type { InboundMessage } from '../../domain/message.ts';
import { sceneLinks } from '../../domain/scene-link.ts';
import { countedIn, FORGET_EVERYWHERE } from '../forget-everywhere.ts';
import { ACTION } from './blocks.ts';
import { openFiles } from './earlier-files.ts';
import { askedIn, FORGET_MODAL, forgetModal } from './forget-modal.ts';
import { chosenLanguage, HOME_ACTION, homeView, type Privacy, RECENT } from './home.ts';
import { filledIn, MODAL, missingScene, sceneModal } from './modal.ts';
import type { Person } from './people.ts';
import {
  authorId,
  conversationOf,
  filesOf,
  linksOf,
  personId,
  type SlackEvent,
  type SlackFile,
  wordsOf,
} from './translate.ts';
import type { Workspace } from './workspaces.ts';

/** The message shortcut of the manifests. */
const SHORTCUT = 'analyse_scene';
/** The slash command of the manifests. */
const COMMAND = '/scene';

export interface SurfaceParts {
  readonly memory: Memory;
  readonly privacy: Privacy;
  workspaceOf(team: string): Promise<Workspace>;
  /** The app was removed from a workspace. */
  leave(team: string): Promise<void>;
  personOf(workspace: Workspace, user: string): Promise<Person>;
  deliver(message: InboundMessage): Promise<void>;
  suggest(team: string, channel: string): Promise<void>;
}

/** The ways in besides messages: Home tab, form, slash command, shortcut; and what Slack tells us to delete. */
export function serveSurfaces(app: App, parts: SurfaceParts): void {
  const { memory, privacy } = parts;

  const showHome = async (team: string, user: string, notice: string | null = null): Promise<void> => {
    const workspace = await parts.workspaceOf(team);
    const { language = 'en' } = await parts.personOf(workspace, user);
    const recent = await memory.recent(authorId(team, user), RECENT);
    const chosen = await memory.language(personId(team, user));
    const view = homeView({ recent, privacy, language, chosen, notice });
    await workspace.client.views.publish({ user_id: user, view });
  };

  const openForm = async (team: string, user: string, trigger: string): Promise<void> => {
    const workspace = await parts.workspaceOf(team);
    // The trigger is good for three seconds, a name may take two: the form speaks the language that is known.
    const { language = 'en' } = await parts.personOf(workspace, user);
    await workspace.client.views.open({ trigger_id: trigger, view: sceneModal(language) });
  };

  /** @param channel  where to say what became of it; null = on the Home tab */
  const askToForget = async (team: string, user: string, trigger: string, channel: string | null): Promise<void> => {
    const workspace = await parts.workspaceOf(team);
    const { language = 'en' } = await parts.personOf(workspace, user);
    const view = forgetModal(await memory.held(authorId(team, user)), channel, language);
    await workspace.client.views.open({ trigger_id: trigger, view });
  };

  const forgetPerson = async (team: string, user: string, channel: string | null): Promise<void> => {
    const workspace = await parts.workspaceOf(team);
    const { language = 'en' } = await parts.personOf(workspace, user);
    await memory.chooseLanguage(personId(team, user), null);
    const conversations = await memory.forget({ author: authorId(team, user) });
    const notice = FORGET_EVERYWHERE[language].done(conversations, 'Slack');
    if (channel === null) await showHome(team, user, notice);
    else await workspace.client.chat.postEphemeral({ channel, user, text: notice });
  };

  /** Files that came without a message: in a thread that we begin, or under the message they were found in. */
  const analyse = async (
    workspace: Workspace,
    found: { user: string; channel: string; thread: string; id: string; files: readonly SlackFile[]; text: string },
  ): Promise<void> => {
    const { team } = workspace;
    const { name, language } = await parts.personOf(workspace, found.user);
    await parts.deliver({
      id: `slack:${team}:${found.id}`,
      conversation: conversationOf(team, found.channel, found.thread),
      platform: 'slack',
      author: { id: authorId(team, found.user), name },
      text: found.text,
      files: await openFiles(workspace, found.files),
      sentAt: Date.now(),
      ...(language ? { language } : {}),
    });
  };

  /** A scene that was sent outside any conversation: the answer comes as a direct message. */
  const analyseDirectly = async (
    workspace: Workspace,
    found: { user: string; id: string; files: readonly SlackFile[]; text: string },
  ): Promise<void> => {
    // A person's id as channel is the direct message with that person.
    const { ts, channel } = await workspace.client.chat.postMessage({ channel: found.user, text: RECEIVED });
    await analyse(workspace, { ...found, channel: channel!, thread: ts! });
  };

  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab === 'home') await showHome(body.team_id, event.user);
    else if (event.tab === 'messages') await parts.suggest(body.team_id, event.channel);
  });

  app.action<BlockAction>(HOME_ACTION.newScene, async ({ ack, body }) => {
    await ack();
    await openForm(body.team!.id, body.user.id, body.trigger_id);
  });

  app.action<BlockAction>(HOME_ACTION.language, async ({ ack, body, action }) => {
    await ack();
    if (action.type !== 'static_select') return;
    const [team, user] = [body.team!.id, body.user.id];
    await memory.chooseLanguage(personId(team, user), chosenLanguage(action.selected_option.value));
    await showHome(team, user);
  });

  app.action<BlockAction>(HOME_ACTION.forget, async ({ ack, body }) => {
    await ack();
    await askToForget(body.team!.id, body.user.id, body.trigger_id, null);
  });

  app.action<BlockAction>(ACTION.feedback, async ({ ack, body, action }) => {
    await ack();
    const { channel, message, team, user } = body;
    const value = 'value' in action ? action.value : undefined;
    if (!channel || !message || !team || (value !== 'good' && value !== 'bad')) return;
    await memory.rate({
      conversation: conversationOf(team.id, channel.id, message.thread_ts ?? message.ts),
      handle: message.ts,
      author: authorId(team.id, user.id),
      good: value === 'good',
    });
  });

  app.command(COMMAND, async ({ ack, command }) => {
    const { team_id, user_id, trigger_id, text } = command;
    const word = text.trim().toLowerCase();
    if (word === 'forget') {
      await ack();
      await askToForget(team_id, user_id, trigger_id, command.channel_id);
    } else if (word === 'quiet' || word === 'listen') {
      await memory.setMentionOnly(`slack:${team_id}:${command.channel_id}`, word === 'quiet');
      await ack({ response_type: 'ephemeral', text: word === 'quiet' ? QUIET : LISTENING });
    } else if (word === '' || word === 'new') {
      await ack();
      await openForm(team_id, user_id, trigger_id);
    } else if (sceneLinks(text).length > 0) {
      await ack({ response_type: 'ephemeral', text: 'The answer comes as a direct message.' });
      const id = `command:${trigger_id}`;
      await analyseDirectly(await parts.workspaceOf(team_id), { user: user_id, id, files: [], text: wordsOf(text) });
    } else {
      await ack({ response_type: 'ephemeral', text: HELP });
    }
  });

  app.view(MODAL, async ({ ack, body, view }) => {
    const { files, question, hasScene } = filledIn(view.state.values);
    const workspace = await parts.workspaceOf(view.team_id);
    if (!hasScene) {
      const { language = 'en' } = await parts.personOf(workspace, body.user.id);
      await ack({ response_action: 'errors', errors: missingScene(language) });
      return;
    }
    await ack();
    await analyseDirectly(workspace, { user: body.user.id, id: `view:${view.id}`, files, text: question });
  });

  app.view(FORGET_MODAL, async ({ ack, body, view }) => {
    const { counted, channel } = askedIn(view.private_metadata);
    const [team, user] = [view.team_id, body.user.id];
    const held = await memory.held(authorId(team, user));
    if (counted !== countedIn(held)) {
      // More was said since: what would go is said anew.
      const { language = 'en' } = await parts.personOf(await parts.workspaceOf(team), user);
      await ack({ response_action: 'update', view: forgetModal(held, channel, language) });
      return;
    }
    await ack();
    await forgetPerson(team, user, channel);
  });

  app.shortcut<MessageShortcut>(
    { type: 'message_action', callback_id: SHORTCUT },
    async ({ ack, shortcut, respond }) => {
      await ack();
      const { channel, message, user, team } = shortcut;
      const event = message as unknown as SlackEvent;
      const [files, links] = [filesOf(event), linksOf(event)];
      if (files.length === 0 && links.length === 0) {
        await respond({
          response_type: 'ephemeral',
          text: 'That message has no file. Use this on a message with a scene.',
        });
        return;
      }
      const workspace = await parts.workspaceOf(team!.id);
      const thread = message.thread_ts ?? message.ts!;
      try {
        await workspace.client.chat.postEphemeral({
          channel: channel.id,
          user: user.id,
          text: 'I am looking at it. The answer comes into the thread of that message.',
        });
      } catch {
        await respond({
          response_type: 'ephemeral',
          text: `I am not in this channel. Invite me with /invite <@${workspace.botUser}> and try again.`,
        });
        return;
      }
      const id = `shortcut:${channel.id}:${shortcut.action_ts}`;
      await analyse(workspace, { user: user.id, channel: channel.id, thread, id, files, text: links.join(' ') });
    },
  );

  app.event('file_deleted', async ({ event }) => {
    await memory.forget({ file: event.file_id });
  });

  const leave = async (team: string): Promise<void> => {
    await parts.leave(team);
    await memory.forget({ prefix: `slack:${team}:` });
  };

  app.event('app_uninstalled', async ({ body }) => leave(body.team_id));

  app.event('tokens_revoked', async ({ event, body }) => {
    if (event.tokens.bot?.length) await leave(body.team_id);
  });
}

const HELP =
  'Drop a scene into a message and mention me, or write to me directly, and ask: “show vegetation”, “how much water?”, “NDVI map”.\n' +
  '`/scene` opens a form for a scene and a question.\n`/scene LINK show vegetation` reads a GeoTIFF (COG) where it lies.\n`/scene forget` deletes what you sent anywhere, scenes and results included; I ask first.\n`/scene quiet`: in this channel I answer only who mentions me; `/scene listen` takes that back.';

const QUIET = 'From now on I answer in this channel only who mentions me. `/scene listen` takes that back.';
const LISTENING = 'In my threads I answer again whom I am talking with, without a mention.';

const RECEIVED = 'Your scene. Go on asking in this thread.';
