import {
  type APIApplicationCommandOptionChoice,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type LocalizationMap,
  type RESTPostAPIApplicationCommandsJSONBody,
} from 'discord.js';
import type { Language } from '../../domain/message.ts';
import { DEFAULT_STYLE, type Style } from '../../domain/picture.ts';
import type { Unit } from '../../domain/plan.ts';
import { LIMITS } from './limits.ts';
import { inTraditional } from './traditional.ts';

/** The options of `/scene` that take a file; bands that come as single files are given together. */
export const FILE_OPTIONS = ['file', 'file2', 'file3', 'file4', 'file5', 'file6', 'file7', 'file8'] as const;

/** What `/settings` offers, by the value that is sent. */
export const TALK = {
  mention: { en: 'only who mentions me', zh: '只回答提到我的人', mentionOnly: true },
  thread: { en: 'in my threads, also without a mention', zh: '在我的子区里不用提到我也回答', mentionOnly: false },
} as const satisfies Record<string, Choice & { mentionOnly: boolean }>;

export const AREA_UNITS = {
  auto: { en: 'by size: m², ha, km²', zh: '按大小：平方米、公顷、平方公里', unit: null },
  ha: { en: 'hectares', zh: '公顷', unit: 'ha' },
  km2: { en: 'square kilometres', zh: '平方公里', unit: 'km2' },
  m2: { en: 'square metres', zh: '平方米', unit: 'm2' },
  acre: { en: 'acres', zh: '英亩', unit: 'acre' },
  mu: { en: 'mu', zh: '亩', unit: 'mu' },
} as const satisfies Record<string, Choice & { unit: Unit | null }>;

export const OVERLAYS = {
  light: { en: 'light tint', zh: '浅色填充', style: { mode: 'tint', opacity: 0.35 } },
  medium: { en: 'medium tint', zh: '中等填充', style: { mode: 'tint', opacity: DEFAULT_STYLE.opacity } },
  strong: { en: 'strong tint', zh: '深色填充', style: { mode: 'tint', opacity: 0.85 } },
  outline: { en: 'outlines only', zh: '仅轮廓', style: { mode: 'outline' } },
} as const satisfies Record<string, Choice & { style: Partial<Style> }>;

type Choice = Readonly<Record<Language, string>>;

/** All commands, as they are registered. @param indices names as people write them, by key */
export function commandsFor(
  indices: Readonly<Record<string, string>>,
): readonly RESTPostAPIApplicationCommandsJSONBody[] {
  return [
    slash(
      'scene',
      '影像',
      'Read a scene, from a file or a link, and answer a question about it',
      '读取影像（文件或链接）并回答问题',
      [
        ...FILE_OPTIONS.map((name, i) => ({
          type: ApplicationCommandOptionType.Attachment as const,
          name,
          ...localized('文件', i === 0 ? '' : `${i + 1}`),
          ...described(
            i === 0 ? 'GeoTIFF, JPEG 2000, PNG, JPEG, or a ZIP of single bands' : 'A further band, or a second scene',
            i === 0 ? 'GeoTIFF、JPEG 2000、PNG、JPEG，或单波段文件的 ZIP' : '另一个波段，或第二景影像',
          ),
          file_types: [...FILE_TYPES],
        })),
        {
          type: ApplicationCommandOptionType.String,
          name: 'ask',
          ...localized('提问'),
          ...described('What you want to know, for example: show vegetation', '想知道什么，例如：显示植被'),
          autocomplete: true,
          max_length: 500,
        },
        {
          type: ApplicationCommandOptionType.String,
          name: 'url',
          ...localized('链接'),
          ...described(
            'Instead of a file: https link to a GeoTIFF, several bands separated by spaces',
            '代替文件：GeoTIFF 的 https 链接，多个波段用空格分隔',
          ),
          max_length: 2_000,
        },
        {
          type: ApplicationCommandOptionType.Boolean,
          name: 'private',
          ...localized('私密'),
          ...described('Only you see the answer', '只有你能看到回答'),
        },
      ],
    ),
    slash('ask', '提问', 'Ask about the scene of this conversation', '就此对话中的影像提问', [
      {
        type: ApplicationCommandOptionType.String,
        name: 'question',
        ...localized('问题'),
        ...described('For example: how many hectares of water?', '例如：水体有多少公顷？'),
        required: true,
        autocomplete: true,
        max_length: 500,
      },
    ]),
    slash('index', '指数', 'Map a spectral index', '绘制光谱指数图', [
      {
        type: ApplicationCommandOptionType.String,
        name: 'name',
        ...localized('名称'),
        ...described('Which index', '哪个指数'),
        required: true,
        choices: Object.entries(indices)
          .slice(0, LIMITS.choices)
          .map(([value, name]) => ({ name, value })),
      },
    ]),
    slash('compare', '对比', 'Compare the last two scenes', '对比最近两景影像', [
      {
        type: ApplicationCommandOptionType.String,
        name: 'what',
        ...localized('内容'),
        ...described('For example: what water disappeared?', '例如：哪些水体消失了？'),
        max_length: 500,
      },
    ]),
    slash('export', '导出', 'Get the result as a file', '以文件形式获取结果', [
      {
        type: ApplicationCommandOptionType.String,
        name: 'format',
        ...localized('格式'),
        ...described('Which format', '哪种格式'),
        required: true,
        choices: ['GeoJSON', 'GeoTIFF', 'GeoPackage', 'CSV', 'PNG'].map((name) => ({
          name,
          value: name.toLowerCase(),
        })),
      },
    ]),
    slash('settings', '设置', 'Units and overlays of this conversation', '此对话的面积单位和叠加图样式', [
      {
        type: ApplicationCommandOptionType.String,
        name: 'areas',
        ...localized('面积'),
        ...described('In which unit', '用哪种单位'),
        choices: choicesOf(AREA_UNITS),
      },
      {
        type: ApplicationCommandOptionType.String,
        name: 'overlay',
        ...localized('叠加图'),
        ...described('How it is drawn', '如何绘制'),
        choices: choicesOf(OVERLAYS),
      },
      {
        type: ApplicationCommandOptionType.String,
        name: 'answer',
        ...localized('回答'),
        ...described('Whom I answer on this server; needs Manage Server', '在此服务器上回答谁；需要“管理服务器”权限'),
        choices: choicesOf(TALK),
      },
    ]),
    slash('scenes', '影像列表', 'List the scenes of this conversation', '列出此对话中的影像'),
    slash(
      'forget',
      '忘记',
      'Delete what I keep of this conversation; I ask first',
      '删除我保存的此对话的内容，会先询问',
      [
        {
          type: ApplicationCommandOptionType.Boolean,
          name: 'everywhere',
          ...localized('所有对话'),
          ...described(
            'What you sent in any conversation; what others sent stays',
            '您在所有对话中发送的内容；别人发送的会保留',
          ),
        },
      ],
    ),
    slash('privacy', '隐私', 'What I keep, where and how long', '我保存什么、在哪里、保存多久'),
    slash('help', '帮助', 'What I can do, by example', '我能做什么，举例说明'),
    {
      type: ApplicationCommandType.Message,
      name: 'Analyse scene',
      ...localized('分析影像'),
      ...EVERYWHERE,
    },
  ];
}

/** Questions to choose from while typing: what was typed comes first, then what contains it. */
export function questionChoices(typed: string, locale: string): APIApplicationCommandOptionChoice<string>[] {
  const words = typed.trim();
  const known = locale === 'zh-TW' ? QUESTIONS.zh.map(inTraditional) : QUESTIONS[locale.startsWith('zh') ? 'zh' : 'en'];
  const fitting = known.filter(
    (question) => question.toLowerCase().includes(words.toLowerCase()) && question !== words,
  );
  return [...(words ? [words] : []), ...fitting]
    .slice(0, LIMITS.choices)
    .map((question) => ({ name: question.slice(0, LIMITS.choiceName), value: question.slice(0, LIMITS.choiceName) }));
}

const QUESTIONS = {
  en: [
    'show vegetation',
    'show water',
    'show buildings',
    'show vegetation and water',
    'how many hectares of vegetation?',
    'how many hectares of water?',
    'how many buildings are there?',
    'show NDVI',
    'what is in this scene?',
    'what changed between the two scenes?',
  ],
  zh: [
    '显示植被',
    '显示水体',
    '显示建筑',
    '显示植被和水体',
    '植被有多少公顷？',
    '水体有多少公顷？',
    '有多少栋建筑？',
    '显示 NDVI',
    '这景影像里有什么？',
    '两景影像之间有什么变化？',
  ],
} as const;

/** Discord looks at the name only; what the file is, we see when we read it. */
const FILE_TYPES = ['.tif', '.tiff', '.jp2', '.png', '.jpg', '.jpeg', '.webp', '.zip'] as const;

/** In servers and for single people; there, with us, and between people. */
const EVERYWHERE = {
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
  contexts: [InteractionContextType.Guild, InteractionContextType.BotDM, InteractionContextType.PrivateChannel],
};

type Options = Extract<
  RESTPostAPIApplicationCommandsJSONBody,
  { type?: ApplicationCommandType.ChatInput | undefined; description: string }
>['options'];

function slash(
  name: string,
  chinese: string,
  english: string,
  chineseDescription: string,
  options: Options = [],
): RESTPostAPIApplicationCommandsJSONBody {
  return {
    type: ApplicationCommandType.ChatInput,
    name,
    ...localized(chinese),
    ...described(english, chineseDescription),
    ...EVERYWHERE,
    options: options ?? [],
  };
}

const choicesOf = (rows: Readonly<Record<string, Choice>>): APIApplicationCommandOptionChoice<string>[] =>
  Object.entries(rows).map(([value, { en, zh }]) => ({ name: en, name_localizations: inChinese(zh), value }));

const inChinese = (text: string): LocalizationMap => ({ 'zh-CN': text, 'zh-TW': inTraditional(text) });
/** @param number  tells options of one name apart */
const localized = (chinese: string, number = '') => ({
  name_localizations: { 'zh-CN': chinese + number, 'zh-TW': inTraditional(chinese) + number },
});
const described = (english: string, chinese: string) => ({
  description: english,
  description_localizations: inChinese(chinese),
});
