import {
  type APIApplicationCommandInteractionDataBasicOption,
  type APIInteractionResponse,
  type APIModalSubmitInteraction,
  ApplicationCommandType,
  ComponentType,
  InteractionResponseType,
  InteractionType,
  MessageFlags,
  PermissionFlagsBits,
  TextInputStyle,
} from 'discord.js';
import type { RemoteFile } from '../../domain/message.ts';
import type { Plan } from '../../domain/plan.ts';
import { sceneLinks } from '../../domain/scene-link.ts';
import { AREA_UNITS, FILE_OPTIONS, OVERLAYS, questionChoices, TALK } from './commands.ts';
import { LIMITS } from './limits.ts';
import { missingPermissions } from './permissions.ts';
import { type ForgetPress, fromCustomId, type Press, unpackPlans } from './press.ts';
import { languageOfLocale, TEXTS } from './texts.ts';
import {
  filesOf,
  forwardedLinks,
  isEphemeral,
  type PlacedInteraction,
  placeOf,
  type Request,
  toFiles,
} from './translate.ts';

/** What an interaction calls for, decided at once and without asking anybody: Discord waits three seconds. */
export type Decision =
  /** Answered with this, and that is all. */
  | { readonly kind: 'answer'; readonly response: APIInteractionResponse }
  /** The message with the button is to be deleted. */
  | { readonly kind: 'delete'; readonly response: APIInteractionResponse }
  /** What this person sent anywhere is to be deleted; or kept; null = that is to be asked. */
  | { readonly kind: 'forget-all'; readonly press: ForgetPress | null; readonly response: APIInteractionResponse }
  /** On this server only who mentions us is answered, or not only. */
  | { readonly kind: 'talk'; readonly mentionOnly: boolean; readonly response: APIInteractionResponse }
  | { readonly kind: 'work'; readonly response: APIInteractionResponse; readonly request: Request };

/** How long things are kept, and who besides this machine reads what people write (a language model), if anybody. */
export interface Privacy {
  readonly retentionDays: number;
  readonly reader: string | null;
}

export function decide(interaction: PlacedInteraction, privacy: Privacy): Decision {
  const texts = TEXTS[languageOfLocale(interaction.locale)];
  switch (interaction.type) {
    case InteractionType.ApplicationCommandAutocomplete:
      return {
        kind: 'answer',
        response: {
          type: InteractionResponseType.ApplicationCommandAutocompleteResult,
          data: { choices: questionChoices(typedText(interaction.data.options), interaction.locale) },
        },
      };
    case InteractionType.ApplicationCommand: {
      if (interaction.data.type === ApplicationCommandType.ChatInput && interaction.data.name === 'privacy') {
        return privately(texts.privacy(privacy.retentionDays, privacy.reader));
      }
      if (interaction.data.type === ApplicationCommandType.ChatInput && interaction.data.name === 'settings') {
        const talk = talkIn(interaction, interaction.data.options ?? [], texts);
        if (talk) return talk;
      }
      const wish = wishOf(interaction, texts);
      if (wish === 'forget-all') {
        const data = { flags: MessageFlags.Ephemeral } as const;
        const response = { type: InteractionResponseType.DeferredChannelMessageWithSource, data } as const;
        return { kind: wish, press: null, response };
      }
      return 'refusal' in wish ? privately(wish.refusal) : work(interaction, { ...wish, pressed: false });
    }
    case InteractionType.MessageComponent: {
      const press = fromCustomId(interaction.data.custom_id);
      if (!press) return privately(texts.oldButton);
      if ('owner' in press && !mayTouch(interaction, press)) return privately(texts.notYours);
      if (press.verb === 'forget' || press.verb === 'keep') {
        return { kind: 'forget-all', press, response: { type: InteractionResponseType.DeferredMessageUpdate } };
      }
      if (press.verb === 'ask') return { kind: 'answer', response: questionForm(texts) };
      if (press.verb === 'delete') {
        return { kind: 'delete', response: { type: InteractionResponseType.DeferredMessageUpdate } };
      }
      const value = interaction.data.component_type === ComponentType.StringSelect ? interaction.data.values[0] : null;
      const plans = plansOf(press, value ?? '');
      return plans ? work(interaction, { ...SILENT, plans, pressed: true }) : privately(texts.oldButton);
    }
    case InteractionType.ModalSubmit:
      return work(interaction, { ...SILENT, text: formText(interaction), pressed: true });
  }
}

/** `/settings answer:`; null when that is not what is set. */
function talkIn(
  interaction: PlacedInteraction,
  options: readonly { readonly name: string; readonly value?: unknown }[],
  texts: (typeof TEXTS)['en'],
): Decision | null {
  const answer = options.find(({ name }) => name === 'answer')?.value;
  const talk = TALK[answer as keyof typeof TALK];
  if (!talk) return null;
  const mayManage = (BigInt(interaction.member?.permissions ?? '0') & PermissionFlagsBits.ManageGuild) !== 0n;
  if (!mayManage) return privately(texts.manageServer);
  if (options.length > 1) return privately(texts.answerAlone);
  const { response } = privately(talk.mentionOnly ? texts.mentionOnly : texts.threadsToo);
  return { kind: 'talk', mentionOnly: talk.mentionOnly, response };
}

type Wish = Omit<Request, 'private' | 'pressed'> & { readonly private?: boolean };

const SILENT: Wish = { text: '', files: [], begins: false };

function plansOf(press: Press, value: string): readonly Plan[] | null {
  if (press.verb === 'do') return press.plans;
  if (press.verb === 'pick') return unpackPlans(value);
  return [{ operation: 'cancel', targets: [] }];
}

/** Deferred, or refused before the long job when the answer could not be posted afterwards. */
function work(interaction: PlacedInteraction, wish: Wish & { readonly pressed: boolean }): Decision {
  const place = placeOf(interaction);
  const texts = TEXTS[languageOfLocale(interaction.locale)];
  const pressedPrivate = 'message' in interaction && isEphemeral(interaction.message);
  // A follow-up outside a thread is between the person and us.
  const aside = !wish.pressed && !wish.begins && !place.direct && place.parent === null;
  const isPrivate = !(place.direct && place.present) && (wish.private || pressedPrivate || aside);
  const request: Request = { ...wish, private: isPrivate };
  const stops = wish.plans?.every(({ operation }) => operation === 'cancel') ?? false;
  const answer = { isPrivate, isReply: wish.pressed };
  const missing = stops ? [] : missingPermissions(interaction.app_permissions, place, answer);
  if (missing.length > 0) return privately(texts.lacks(missing.map((name) => texts.permissions[name]).join(', ')));
  // What was pressed stays as it is, and the answer is a message of its own; one that we could not post without the token
  // is made now.
  if (stops || (wish.pressed && place.present && !isPrivate)) {
    return { kind: 'work', request, response: { type: InteractionResponseType.DeferredMessageUpdate } };
  }
  return {
    kind: 'work',
    request,
    response: {
      type: InteractionResponseType.DeferredChannelMessageWithSource,
      ...(isPrivate ? { data: { flags: MessageFlags.Ephemeral } } : {}),
    },
  };
}

function wishOf(
  interaction: Extract<PlacedInteraction, { type: InteractionType.ApplicationCommand }>,
  texts: (typeof TEXTS)['en'],
): Wish | 'forget-all' | { readonly refusal: string } {
  const { data } = interaction;
  if (data.type === ApplicationCommandType.Message) {
    const message = data.resolved.messages[data.target_id]!;
    const files = toFiles(filesOf(message), interaction.channel?.id, message.id);
    const links = [...sceneLinks(message.content).map(({ path }) => path), ...forwardedLinks(message)];
    if (files.length === 0 && links.length === 0) return { refusal: texts.noFile };
    return { ...SILENT, files, text: links.join(' '), begins: true };
  }
  if (data.type !== ApplicationCommandType.ChatInput) return { refusal: texts.oldButton };
  const options = new Map(
    (data.options ?? []).flatMap((option) => ('value' in option ? [[option.name, option.value]] : [])),
  );
  const text = (name: string): string => String(options.get(name) ?? '').trim();
  const planned = (plan: Omit<Plan, 'targets'>): Wish => ({ ...SILENT, plans: [{ ...plan, targets: [] }] });
  switch (data.name) {
    case 'scene': {
      const files: RemoteFile[] = FILE_OPTIONS.flatMap((name) => {
        const attachment = data.resolved?.attachments?.[String(options.get(name))];
        return attachment ? toFiles([attachment]) : [];
      });
      const links = text('url');
      if (links && sceneLinks(links).length === 0) return { refusal: texts.needsLink };
      if (files.length === 0 && !links) return { refusal: texts.needsFile };
      // Whoever answers finds the links in the words, as where somebody just writes them.
      const words = [text('ask'), links].filter(Boolean).join(' ');
      return { text: words, files, begins: true, private: options.get('private') === true };
    }
    case 'ask':
      return { ...SILENT, text: text('question') };
    case 'index':
      return planned({ operation: 'index', index: text('name') });
    case 'compare':
      return { ...SILENT, text: text('what') || texts.compareBoth };
    case 'export':
      // In words, because what is exported is what was last spoken of: only the dialogue knows.
      return { ...SILENT, text: `${texts.exportAs} ${text('format')}` };
    case 'settings': {
      const areas = AREA_UNITS[text('areas') as keyof typeof AREA_UNITS];
      const overlay = OVERLAYS[text('overlay') as keyof typeof OVERLAYS];
      return planned({
        operation: 'restyle',
        ...(areas ? { unit: areas.unit } : {}),
        ...(overlay ? { style: overlay.style } : {}),
      });
    }
    case 'scenes':
      return planned({ operation: 'list' });
    case 'forget':
      if (options.get('everywhere') === true) return 'forget-all';
      return planned({ operation: 'forget' });
    case 'help':
      return { ...planned({ operation: 'help' }), private: true };
    default:
      return { refusal: texts.oldButton };
  }
}

function formText({ data }: APIModalSubmitInteraction): string {
  const [label] = data.components;
  return label && 'component' in label && 'value' in label.component ? String(label.component.value).trim() : '';
}

function typedText(options: readonly { readonly name: string }[]): string {
  const typed = (
    options as readonly APIApplicationCommandInteractionDataBasicOption<InteractionType.ApplicationCommandAutocomplete>[]
  ).find((option) => 'focused' in option && option.focused);
  return typed && 'value' in typed ? String(typed.value) : '';
}

/** Whoever asked, and whoever keeps order here. */
function mayTouch(interaction: PlacedInteraction, { owner }: Extract<Press, { owner: string }>): boolean {
  const { user, permissions } = interaction.member ?? { user: interaction.user, permissions: '0' };
  return user!.id === owner || (BigInt(permissions) & PermissionFlagsBits.ManageMessages) !== 0n;
}

function questionForm(texts: (typeof TEXTS)['en']): APIInteractionResponse {
  return {
    type: InteractionResponseType.Modal,
    data: {
      custom_id: 's1:ask:',
      title: texts.askTitle.slice(0, LIMITS.modalTitle),
      components: [
        {
          type: ComponentType.Label,
          label: texts.askLabel.slice(0, LIMITS.labelText),
          component: {
            type: ComponentType.TextInput,
            custom_id: 'question',
            style: TextInputStyle.Short,
            placeholder: texts.askHint,
            min_length: 1,
            max_length: 500,
            required: true,
          },
        },
      ],
    },
  };
}

export function privately(content: string): Extract<Decision, { kind: 'answer' }> {
  return {
    kind: 'answer',
    response: {
      type: InteractionResponseType.ChannelMessageWithSource,
      data: { content, flags: MessageFlags.Ephemeral, allowed_mentions: { parse: [] } },
    },
  };
}
