/** A component of a message or form, as it is sent. */
export interface Component {
  readonly type: number;
  readonly components?: readonly Component[];
  readonly component?: Component;
  readonly content?: string;
  readonly custom_id?: string;
  readonly label?: string;
  readonly style?: number;
  readonly placeholder?: string;
  readonly options?: readonly { readonly label: string; readonly value: string }[];
  readonly items?: readonly { readonly media: { readonly url: string }; readonly description?: string }[];
  readonly file?: { readonly url: string };
}

export interface MessageBody {
  readonly flags?: number;
  readonly content?: string;
  readonly components?: readonly Component[];
  readonly attachments?: readonly { readonly id: number; readonly filename: string; readonly description?: string }[];
  readonly allowed_mentions?: { readonly parse?: readonly string[] };
  readonly message_reference?: { readonly message_id: string };
  readonly nonce?: string;
  readonly enforce_nonce?: boolean;
}

export interface UploadedFile {
  readonly id: number;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** How Discord says no. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: object;
  readonly headers: Readonly<Record<string, string>>;
  /** Our bot should not have asked. */
  readonly violation: boolean;

  constructor(status: number, code: number, message: string, violation = false, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.body =
      status === 429
        ? { message, retry_after: Number(headers['retry-after']), global: headers['x-ratelimit-global'] === 'true' }
        : { code, message };
    this.headers = headers;
    this.violation = violation;
  }
}

/** Too many requests: to a route, or altogether. */
export const rateLimit = (seconds: number, global = false): Refusal =>
  new Refusal(429, 0, 'You are being rate limited.', false, {
    'retry-after': String(seconds),
    'x-ratelimit-scope': global ? 'global' : 'user',
    ...(global ? { 'x-ratelimit-global': 'true' } : {}),
  });

const V2 = 1 << 15;
const [ROW, BUTTON, SELECT, TEXT, GALLERY, FILE, CONTAINER] = [1, 2, 3, 10, 12, 13, 17];

/** The rules for a message with Components V2, or a plain one. Throws what Discord answers. */
export function checkMessage(
  body: MessageBody,
  files: readonly UploadedFile[],
  limits: { readonly file: number; readonly message: number },
  kept: readonly UploadedFile[],
): void {
  const wrong = (what: string) => new Refusal(400, 50_035, `Invalid Form Body: ${what}`, true);
  if (body.allowed_mentions?.parse?.length !== 0) throw wrong('our own rule: nobody may be pinged');
  if (files.some(({ bytes }) => bytes.length > limits.file))
    throw new Refusal(413, 40_005, 'Request entity too large', true);
  if (files.reduce((sum, { bytes }) => sum + bytes.length, 0) > limits.message)
    throw new Refusal(413, 40_005, 'Request entity too large');
  if (files.length > 10) throw wrong('more than 10 attachments');
  for (const { id, name } of files) {
    const listed = body.attachments?.find((attachment) => attachment.id === id);
    if (listed?.filename !== name) throw wrong(`files[${id}] is not in attachments`);
    if ((listed.description ?? '').length > 1_024) throw wrong('description longer than 1024');
  }
  if (((body.flags ?? 0) & V2) === 0) {
    if (!body.content) throw new Refusal(400, 50_006, 'Cannot send an empty message', true);
    if (body.content.length > 2_000) throw wrong('content longer than 2000');
    return;
  }
  if (body.content !== undefined) throw wrong('content cannot be used with IsComponentsV2');
  const all = flatten(body.components ?? []);
  if (all.length === 0 || all.length > 40) throw wrong(`${all.length} components, 1 to 40 allowed`);
  if (all.reduce((sum, { content }) => sum + (content?.length ?? 0), 0) > 4_000)
    throw wrong('more than 4000 characters');
  const ids = all.flatMap(({ custom_id }) => (custom_id === undefined ? [] : [custom_id]));
  if (new Set(ids).size < ids.length) throw wrong('custom_id is used twice');
  const names = new Set([...files, ...kept].map(({ name }) => `attachment://${name}`));
  for (const component of all) {
    const problem = problemOf(component, names);
    if (problem) throw wrong(problem);
  }
}

function problemOf(component: Component, names: ReadonlySet<string>): string | null {
  const { type, components = [], content, custom_id, label, options = [], items = [], file, placeholder } = component;
  switch (type) {
    case CONTAINER:
      return components.length > 0 ? null : 'empty container';
    case ROW: {
      const buttons = components.filter((inner) => inner.type === BUTTON).length;
      if (buttons === components.length) return buttons >= 1 && buttons <= 5 ? null : `${buttons} buttons in a row`;
      return components.length === 1 ? null : 'a menu needs a row of its own';
    }
    case BUTTON:
      if (!custom_id || custom_id.length > 100) return 'custom_id of a button';
      return label && label.length <= 80 ? null : 'label of a button';
    case SELECT:
      if (!custom_id || custom_id.length > 100 || (placeholder ?? '').length > 150) return 'menu';
      if (options.length < 1 || options.length > 25) return 'options of a menu';
      if (new Set(options.map(({ value }) => value)).size < options.length) return 'option value used twice';
      return options.every((o) => o.value.length <= 100 && o.label.length >= 1 && o.label.length <= 100)
        ? null
        : 'option';
    case TEXT:
      return content ? null : 'empty text';
    case GALLERY:
      if (items.length < 1 || items.length > 10) return 'items of a gallery';
      if (items.some(({ description }) => (description ?? '').length > 1_024)) return 'description of a picture';
      return items.every(({ media }) => names.has(media.url)) ? null : 'picture that is not attached';
    case FILE:
      return file && names.has(file.url) ? null : 'file that is not attached';
    default:
      return `component of type ${type}`;
  }
}

/** What an interaction may be answered with. @param pressed by a component of a message */
export function checkCallback(
  { type, data }: { type: number; data?: Record<string, unknown> },
  pressed: boolean,
): void {
  const wrong = (what: string) => new Refusal(400, 50_035, `Invalid Form Body: ${what}`, true);
  switch (type) {
    case 4:
      checkMessage({ ...(data as MessageBody) }, [], { file: 0, message: 0 }, []);
      return;
    case 5:
      if (Object.keys(data ?? {}).some((key) => key !== 'flags')) throw wrong('a deferred response has flags only');
      if ((Number(data?.flags ?? 0) & ~64) !== 0) throw wrong('a deferred response can only be ephemeral');
      return;
    case 6:
      if (!pressed) throw wrong('nothing to update');
      return;
    case 8: {
      const choices = (data?.choices ?? []) as { name: string; value: string }[];
      if (choices.length > 25) throw wrong('more than 25 choices');
      if (choices.some(({ name, value }) => !name || name.length > 100 || value.length > 100)) throw wrong('choice');
      return;
    }
    case 9: {
      const { title, components } = data as { title: string; components: Component[] };
      if (!title || title.length > 45 || components.length < 1 || components.length > 5) throw wrong('form');
      if (components.some(({ type: kind, label }) => kind !== 18 || !label || label.length > 45)) throw wrong('label');
      return;
    }
    default:
      throw wrong(`callback of type ${type}`);
  }
}

export function flatten(components: readonly Component[]): Component[] {
  return components.flatMap((component) => [component, ...flatten(component.components ?? [])]);
}

interface Option {
  readonly type: number;
  readonly name: string;
  readonly description?: string;
  readonly name_localizations?: Readonly<Record<string, string>>;
  readonly description_localizations?: Readonly<Record<string, string>>;
  readonly required?: boolean;
  readonly options?: readonly Option[];
  readonly choices?: readonly { readonly name: string; readonly value: string }[];
  readonly file_types?: readonly string[];
}

/** The rules for commands: names, descriptions, options, choices, and all of their texts together. */
export function checkCommands(commands: readonly object[]): void {
  const wrong = (what: string) => new Refusal(400, 50_035, `Invalid Form Body: ${what}`, true);
  const list = commands as readonly Option[];
  if (list.filter(({ type }) => type === 1).length > 100 || list.filter(({ type }) => type === 3).length > 15)
    throw wrong('too many commands');
  for (const command of list) {
    const problem = command.type === 3 ? null : optionProblem(command);
    if (problem) throw wrong(`${command.name}: ${problem}`);
    if (command.type === 3 && (command.description || !/^.{1,32}$/u.test(command.name))) throw wrong(command.name);
    if (lengthOf(command) > 8_000) throw wrong(`${command.name}: longer than 8000 characters`);
  }
  if (!areUnique(list.map(({ type, name }) => `${type} ${name}`))) throw wrong('a name is used twice');
  for (const locale of localesOf(list)) {
    if (!areUnique(list.map((one) => `${one.type} ${localName(one, locale)}`)))
      throw wrong(`${locale} name used twice`);
  }
}

function optionProblem(option: Option): string | null {
  const { name, description = '', name_localizations = {}, description_localizations = {}, options = [] } = option;
  for (const one of [name, ...Object.values(name_localizations)]) {
    if (!/^[-_'\p{L}\p{N}]{1,32}$/u.test(one) || one !== one.toLowerCase()) return `name ${one}`;
  }
  for (const text of [description, ...Object.values(description_localizations)]) {
    if (text.length < 1 || text.length > 100) return `description "${text}"`;
  }
  if (options.length > 25 || (option.choices?.length ?? 0) > 25) return 'more than 25 options or choices';
  if (option.choices?.some((choice) => !choice.name || choice.name.length > 100 || choice.value.length > 100))
    return 'choice';
  if ((option.file_types?.length ?? 0) > 10 || (option.file_types && option.type !== 11)) return 'file_types';
  const firstFree = options.findIndex(({ required }) => !required);
  if (firstFree >= 0 && options.slice(firstFree).some(({ required }) => required)) return 'required after optional';
  for (const locale of ['', ...localesOf(options)]) {
    if (!areUnique(options.map((one) => localName(one, locale)))) return `two options of one ${locale} name`;
  }
  return options.map(optionProblem).find((problem) => problem !== null) ?? null;
}

const localName = (option: Option, locale: string): string => option.name_localizations?.[locale] ?? option.name;
const localesOf = (options: readonly Option[]): string[] => [
  ...new Set(options.flatMap(({ name_localizations }) => Object.keys(name_localizations ?? {}))),
];
const areUnique = (names: readonly string[]): boolean => new Set(names).size === names.length;

/** Of names, descriptions and values; of translations only the longest counts. */
function lengthOf({ name, description = '', choices = [], options = [], ...translated }: Option): number {
  const longest = (text: string, others: Readonly<Record<string, string>> = {}): number =>
    Math.max(text.length, ...Object.values(others).map((one) => one.length));
  return (
    longest(name, translated.name_localizations) +
    longest(description, translated.description_localizations) +
    choices.reduce((sum, choice) => sum + choice.name.length + choice.value.length, 0) +
    options.reduce((sum, option) => sum + lengthOf(option), 0)
  );
}
