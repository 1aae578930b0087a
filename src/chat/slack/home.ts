import type { types } from '@slack/bolt';
import type { RecentConversation } from '../../domain/memory.ts';
import type { Language } from '../../domain/message.ts';
import { cleanText, cutText } from '../clean-text.ts';
import { FORGET_EVERYWHERE } from '../forget-everywhere.ts';
import { escapeText, plainText } from './blocks.ts';
import { fitBlocks, LIMITS } from './limits.ts';
import { placeOf } from './translate.ts';

/** How long things are kept, and who besides this machine reads what people write (a language model), if anybody. */
export interface Privacy {
  readonly retentionDays: number;
  readonly reader: string | null;
}

export const HOME_ACTION = { newScene: 'home:new', language: 'home:language', forget: 'home:forget' } as const;

/** What the language menu says when nothing is chosen. */
const AS_IN_SLACK = 'slack';

/** Conversations shown. */
export const RECENT = 10;

export interface HomeParts {
  readonly recent: readonly RecentConversation[];
  readonly privacy: Privacy;
  readonly language: Language;
  /** The language that this person has chosen here, null = none. */
  readonly chosen: Language | null;
  /** What has just happened, in words. */
  readonly notice: string | null;
}

/** The Home tab: how to begin, what this person has done lately, settings, what is kept, and a button that deletes it. */
export function homeView({ recent, privacy, language, chosen, notice }: HomeParts): types.HomeView {
  const texts = TEXTS[language];
  const blocks = [
    ...(notice ? [{ type: 'section', text: plainText(notice) }] : []),
    { type: 'header', text: plainText(texts.title) },
    { type: 'section', text: plainText(texts.how) },
    {
      type: 'actions',
      elements: [
        { type: 'button', action_id: HOME_ACTION.newScene, style: 'primary', text: plainText(texts.newScene) },
      ],
    },
    { type: 'divider' },
    { type: 'header', text: plainText(texts.recent) },
    ...(recent.length > 0 ? recent.map((found) => recentBlock(found, language)) : [section(texts.none)]),
    { type: 'divider' },
    { type: 'header', text: plainText(texts.settings) },
    { ...section(texts.language), accessory: languageMenu(texts.asInSlack, chosen) },
    { type: 'divider' },
    { type: 'header', text: plainText(texts.privacy) },
    section([texts.kept(privacy.retentionDays), privacy.reader ? texts.reader(privacy.reader) : texts.local].join(' ')),
    {
      type: 'actions',
      elements: [
        {
          type: 'button',
          action_id: HOME_ACTION.forget,
          style: 'danger',
          text: plainText(FORGET_EVERYWHERE[language].title),
        },
      ],
    },
  ] as types.AnyBlock[];
  return { type: 'home', blocks: fitBlocks(blocks, LIMITS.homeBlocks) as types.KnownBlock[] };
}

/** The choice in the language menu; null = as in Slack. */
export const chosenLanguage = (value: string): Language | null => (value === 'en' || value === 'zh' ? value : null);

function languageMenu(asInSlack: string, chosen: Language | null): types.StaticSelect {
  const option = (value: string, text: string): types.PlainTextOption => ({ value, text: plainText(text) });
  const options = [option(AS_IN_SLACK, asInSlack), option('en', 'English'), option('zh', '中文')];
  return {
    type: 'static_select',
    action_id: HOME_ACTION.language,
    options,
    initial_option: options.find(({ value }) => value === (chosen ?? AS_IN_SLACK))!,
  };
}

function recentBlock({ conversation, scenes, findings, changedAt }: RecentConversation, language: Language) {
  const texts = TEXTS[language];
  const names = cutText(escapeText(cleanText(scenes.join(', '))), 300) || texts.noScene;
  const found = [...new Map(findings.map((f) => [f.target, f])).values()]
    .map(({ target, areaM2, share }) =>
      areaM2 === null
        ? `${texts.targets[target]} ${(share * 100).toFixed(1)} %`
        : `${texts.targets[target]} ${(areaM2 / 10_000).toFixed(1)} ha`,
    )
    .join(' · ');
  const seconds = Math.floor(changedAt / 1_000);
  // The one place where Slack's marks are wanted: a link to the channel, and a date in the reader's own format.
  const where = `<#${placeOf(conversation).channel}> · <!date^${seconds}^{date_short_pretty} {time}|${new Date(changedAt).toISOString()}>`;
  return { type: 'section', text: { type: 'mrkdwn', text: [names, found, where].filter(Boolean).join('\n') } };
}

const section = (text: string) => ({ type: 'section', text: plainText(text) });

const TEXTS = {
  en: {
    title: 'Ask a satellite or aerial scene',
    how:
      'Drop a GeoTIFF, a ZIP of bands, a JPEG 2000 or a picture from a drone into a message to me, or mention me with it in a channel, and ask: ' +
      '“show vegetation”, “how many hectares of water?”, “NDVI map”. Go on asking in the thread.',
    newScene: 'New scene',
    recent: 'Your recent scenes',
    none: 'Nothing yet.',
    noScene: '(no scene)',
    settings: 'Settings',
    language:
      'Language of forms, buttons and progress, and of answers to a scene without words. Otherwise I answer in the language you write.',
    asInSlack: 'As in Slack',
    privacy: 'Your data',
    kept: (days: number) => `Scenes, results and what was said are deleted ${days} days after the last message.`,
    local: 'Everything is computed on the machine this app runs on; nothing is sent elsewhere.',
    reader: (name: string) =>
      `Scenes are analysed on the machine this app runs on; what you write is also read by ${name}.`,
    targets: { vegetation: 'vegetation', building: 'buildings', water: 'water' },
  },
  zh: {
    title: '向卫星或航空影像提问',
    how: '把 GeoTIFF、波段 ZIP、JPEG 2000 或无人机照片发给我，或在频道里提到我，然后提问：“显示植被”“水体有多少公顷？”“NDVI 图”。可以在该消息列中继续追问。',
    newScene: '新影像',
    recent: '最近的影像',
    none: '暂无。',
    noScene: '（无影像）',
    settings: '设置',
    language: '表单、按钮和进度的语言，以及没有文字的影像的回答语言。其他情况下按您书写的语言回答。',
    asInSlack: '与 Slack 相同',
    privacy: '您的数据',
    kept: (days: number) => `影像、结果和对话在最后一条消息之后 ${days} 天删除。`,
    local: '所有计算都在运行本应用的机器上完成，不会发送到别处。',
    reader: (name: string) => `影像在运行本应用的机器上分析；您写的文字还会由 ${name} 读取。`,
    targets: { vegetation: '植被', building: '建筑', water: '水体' },
  },
} as const;
