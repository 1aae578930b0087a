import type { Language, Progress } from '../../domain/message.ts';
import { LINK_HOURS } from './file-links.ts';
import type { Unfit } from './upload.ts';

/** What the adapter itself says. Answers come from the dialogue, in its words. */
export interface DiscordTexts {
  readonly stages: Readonly<Record<Progress['stage'], string>>;
  ahead(others: number): string;
  count(done: number, total: number): string;
  readonly cancel: string;
  readonly remove: string;
  readonly ask: string;
  readonly askTitle: string;
  readonly askLabel: string;
  readonly askHint: string;
  readonly model: string;
  readonly limits: string;
  /** Said for the person, in place of a question. */
  readonly exportAs: string;
  readonly compareBoth: string;
  readonly pickIndex: string;
  readonly pickStyle: string;
  readonly pickExport: string;
  readonly outline: string;
  opacity(percent: number): string;
  readonly notYours: string;
  readonly oldButton: string;
  readonly noFile: string;
  readonly needsFile: string;
  readonly needsLink: string;
  readonly hidden: string;
  readonly roleOnly: string;
  readonly manageServer: string;
  readonly answerAlone: string;
  readonly mentionOnly: string;
  readonly threadsToo: string;
  lacks(permissions: string): string;
  readonly permissions: Readonly<Record<'view' | 'send' | 'sendInThreads' | 'attach' | 'history', string>>;
  readonly tooManyHere: string;
  privacy(days: number, reader: string | null): string;
  readonly late: string;
  readonly lateWhere: string;
  zipped(name: string, limit: string): string;
  split(name: string, parts: number, first: string): string;
  smaller(name: string, limit: string): string;
  lost(name: string): string;
  readonly unfit: Readonly<Record<Unfit, string>>;
  tooLarge(name: string, size: string, limit: string, tried: string): string;
  /** The link follows. */
  tooLargeButLinked(name: string, size: string, limit: string, tried: string): string;
}

export const TEXTS: Readonly<Record<Language, DiscordTexts>> = {
  en: {
    stages: {
      queued: 'Waiting for its turn',
      downloading: 'Fetching the scene',
      reading: 'Reading the bands',
      indexing: 'Computing indices',
      looking: 'Looking at the scene',
      explaining: 'Putting it into words',
      masking: 'Outlining regions',
      measuring: 'Measuring',
      drawing: 'Drawing the overlay',
    },
    ahead: (others) => `${others} ${others === 1 ? 'request' : 'requests'} before this one`,
    count: (done, total) => `${done} of ${total}`,
    cancel: 'Cancel',
    remove: 'Delete',
    ask: 'Ask…',
    askTitle: 'Ask about the scene',
    askLabel: 'Question',
    askHint: 'How many hectares is the largest?',
    model: 'In the words of the SPEX model, numbers and places checked',
    limits: 'Limits',
    exportAs: 'export as',
    compareBoth: 'what changed between the two scenes?',
    pickIndex: 'Show an index…',
    pickStyle: 'Change the overlay…',
    pickExport: 'Export as…',
    outline: 'Outline only',
    opacity: (percent) => `Tint, ${percent} % opaque`,
    notYours: 'Only the person who asked, or a moderator, can do that.',
    oldButton: 'This button is from an older version of me. Please ask in words instead.',
    noFile: 'This message has no file that I could read.',
    needsFile: 'Please add a scene: a file at “file”, or a link at “url”.',
    needsLink:
      'That is no link to a scene. It starts with https:// and its path ends in .tif, .jp2, .png, .jpg or .webp.',
    hidden:
      'I may not read the message you reply to. If a scene is there: right-click that message (on a phone, hold it), then Apps → Analyse scene. Or mention me in a message that has the file.',
    roleOnly:
      'I may not read messages that mention my role. Mention me instead: the member with the APP badge in the list.',
    manageServer: 'Only somebody with the permission Manage Server can set whom I answer here.',
    answerAlone: 'Please set “answer” on its own: it counts for the whole server.',
    mentionOnly: 'From now on I answer on this server only who mentions me.',
    threadsToo: 'In my threads I answer again whom I am talking with, without a mention.',
    lacks: (permissions) =>
      `I can’t answer here: I lack the permission ${permissions}. Somebody who manages this server can give it to me; a direct message to me works without.`,
    permissions: {
      view: 'View Channel',
      send: 'Send Messages',
      sendInThreads: 'Send Messages in Threads',
      attach: 'Attach Files',
      history: 'Read Message History',
    },
    tooManyHere:
      'That is more than I may do for one server within an hour. Please go on later, or in a direct message.',
    privacy: (days, reader) =>
      `Scenes and answers stay on the machine that runs me, and are analysed there. ${reader ? `What you write is also read by ${reader}. ` : ''}What you upload and ask is kept ${days} days after the last message of a conversation, then deleted. /forget deletes this conversation, /forget everywhere: True what you sent anywhere; both ask first. Messages already posted stay in Discord until you delete them.`,
    late: 'This took longer than the 15 minutes Discord allows there, so here it is.',
    lateWhere:
      'A private answer took longer than Discord allows, and I could not send it as a direct message. Please ask again.',
    zipped: (name, limit) => `${name} is zipped: Discord takes ${limit} here.`,
    split: (name, parts, first) =>
      `${name} comes in ${parts} parts, because Discord takes less here: open ${first} with 7-Zip, or join them in order.`,
    lost: (name) => `${name} has been deleted meanwhile. Ask again, and I make it anew.`,
    smaller: (name, limit) => `${name} is shown smaller: Discord takes ${limit} here.`,
    unfit: {
      room: 'not beside the other files of this message',
      huge: 'and it is too much to zip',
      picture: 'not even drawn smaller',
      parts: 'not even zipped and in parts',
    },
    tooLarge: (name, size, limit, tried) =>
      `${name} (${size}) does not fit, ${tried}: Discord takes ${limit} a file here. Ask for it by itself, for a smaller region or in another format; or whoever runs me sets DISCORD_FILES_URL, and I give a link.`,
    tooLargeButLinked: (name, size, limit, tried) =>
      `${name} (${size}) does not fit, ${tried}: Discord takes ${limit} a file here. Whoever has this link can fetch it within ${LINK_HOURS} hours:`,
  },
  zh: {
    stages: {
      queued: '排队等待',
      downloading: '获取影像',
      reading: '读取波段',
      indexing: '计算指数',
      looking: '观察影像',
      explaining: '组织说明',
      masking: '勾画区域',
      measuring: '量测',
      drawing: '绘制叠加图',
    },
    ahead: (others) => `前面还有 ${others} 个请求`,
    count: (done, total) => `${done}/${total}`,
    cancel: '取消',
    remove: '删除',
    ask: '提问…',
    askTitle: '就影像提问',
    askLabel: '问题',
    askHint: '最大的一块有多少公顷？',
    model: 'SPEX 模型的原话，数字和位置已核对',
    limits: '局限',
    exportAs: '导出为',
    compareBoth: '两景影像之间有什么变化？',
    pickIndex: '显示指数…',
    pickStyle: '调整叠加图…',
    pickExport: '导出为…',
    outline: '仅轮廓',
    opacity: (percent) => `填色，不透明度 ${percent}%`,
    notYours: '只有提问者或管理员可以这样做。',
    oldButton: '这个按钮来自我的旧版本，请直接用文字提问。',
    noFile: '这条消息里没有我能读取的文件。',
    needsFile: '请添加影像：在“文件”处上传，或在“链接”处填写地址。',
    needsLink: '这不是影像的链接。链接以 https:// 开头，路径以 .tif、.jp2、.png、.jpg 或 .webp 结尾。',
    hidden:
      '我无权读取您回复的那条消息。如果影像在那里：右键单击那条消息（手机上长按），选择“APP → 分析影像”；或在带有文件的消息里提到我。',
    roleOnly: '我无权读取提到我的角色的消息。请改为提到我本人：列表里带“APP”标记的成员。',
    manageServer: '只有拥有“管理服务器”权限的人才能设置我在这里回答谁。',
    answerAlone: '请单独设置“回答”：它对整个服务器生效。',
    mentionOnly: '从现在起，我在此服务器上只回答提到我的人。',
    threadsToo: '在我的子区里，我又会回答正在和我对话的人，不用提到我。',
    lacks: (permissions) => `我无法在这里回答：缺少权限“${permissions}”。服务器管理员可以授予；给我发私信则不需要。`,
    permissions: {
      view: '查看频道',
      send: '发送消息',
      sendInThreads: '在子区内发送消息',
      attach: '附加文件',
      history: '读取消息历史记录',
    },
    tooManyHere: '一小时内的请求已达到本服务器上限，请稍后再试，或给我发私信。',
    privacy: (days, reader) =>
      `影像和回答只保存在运行我的机器上，也在那里分析。${reader ? `您写的文字还会由 ${reader} 读取。` : ''}上传的文件和提问在对话最后一条消息之后保留 ${days} 天，然后删除；/forget 会删除此对话，/forget 所有对话: True 会删除您在所有对话中发送的内容，两者都会先询问。已发布的消息会留在 Discord，直到你删除它们。`,
    late: '这次用时超过了 Discord 允许的 15 分钟，因此以私信发给你。',
    lateWhere: '一个私密回答用时超过了 Discord 的限制，也无法通过私信发送。请再问一次。',
    zipped: (name, limit) => `${name} 已压缩为 ZIP：Discord 在这里只接受 ${limit}。`,
    split: (name, parts, first) =>
      `${name} 分为 ${parts} 个部分，因为 Discord 在这里接受的大小有限：用 7-Zip 打开 ${first}，或按顺序合并。`,
    lost: (name) => `${name} 已被删除。再问一次，我会重新生成。`,
    smaller: (name, limit) => `${name} 以较小尺寸显示：Discord 在这里只接受 ${limit}。`,
    unfit: {
      room: '也放不进这条消息的其他文件旁边',
      huge: '并且大到无法压缩',
      picture: '缩小后也不行',
      parts: '压缩并分卷后也不行',
    },
    tooLarge: (name, size, limit, tried) =>
      `${name}（${size}）放不下，${tried}：Discord 在这里每个文件只接受 ${limit}。可以单独索取、换较小的范围或其他格式；或由运行我的人设置 DISCORD_FILES_URL，我就能给出链接。`,
    tooLargeButLinked: (name, size, limit, tried) =>
      `${name}（${size}）放不下，${tried}：Discord 在这里每个文件只接受 ${limit}。持有此链接的人可在 ${LINK_HOURS} 小时内下载：`,
  },
};

export function languageOfLocale(locale: string | undefined): Language {
  return locale?.startsWith('zh') ? 'zh' : 'en';
}
