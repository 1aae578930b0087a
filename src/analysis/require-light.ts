import type { BandName } from '../domain/band.ts';
import type { BlindContent, SceneInfo } from '../domain/scene.ts';
import { UserFacingError } from '../errors.ts';
import { indexRow, isIndexName } from '../spectral/indices.ts';

/**
 * A model that sees none of a scene's bands would give the same mask whatever the pixels are, so it is not asked.
 *
 * @param bands  what the scene has of `LAND_BANDS`
 * @throws {UserFacingError} `not-a-picture`, saying what the scene holds and what can be done with it
 */
export function requireLight(info: SceneInfo, bands: readonly BandName[], packBands: readonly string[]): void {
  const seen = bands.some((band) => packBands.includes(band === 'nir08' ? 'nir' : band));
  if (seen && !info.blind) return;
  const blind = info.blind ?? { kind: 'unknown', bands: info.bands.length };
  throw new UserFacingError('not-a-picture', english(info.name, blind), { zh: chinese(info.name, blind) });
}

function english(name: string, blind: BlindContent): string {
  const cannot = `I can't look for vegetation, water or buildings in ${name}`;
  switch (blind.kind) {
    case 'empty':
      return `${cannot}: it holds no data at all. Please check the file, or send another one.`;
    case 'constant':
      return `${cannot}: every pixel has the same value, so there is nothing on it. Please check the file, or send another one.`;
    case 'grey':
      return `${cannot}: it is a grey picture, and its one band does not say which light it shows. ${TELL.en}`;
    case 'radar':
      return `${cannot}: it is a radar image, and I know optical bands only. ${NEED.en}`;
    case 'elevation':
      return `${cannot}: it holds heights, not light. ${NEED.en}`;
    case 'thermal':
      return `${cannot}: it holds thermal bands only. ${NEED.en}`;
    case 'index-picture':
      return `${cannot}: its colours are those of an index map, not of the ground. Please send the bands themselves, or the index as numbers.`;
    case 'index': {
      const symbols = symbolsOf(blind.indices);
      return `${cannot}: it holds values of ${symbols.join(' and ')}, not light. I can map, average and cut them: "show ${symbols[0]}", "${symbols[0]} above 0.3".`;
    }
    case 'classes':
      return `${cannot}: it looks like a class map${blind.codes.length > 0 ? ` (codes ${codesOf(blind.codes, ', ')})` : ''}, not a picture. Please send the scene from which it was made.`;
    case 'unknown':
      return `${cannot}: nothing in it says which light ${blind.bands === 1 ? 'its one band shows' : `its ${blind.bands} bands show`}. ${TELL.en}`;
  }
}

function chinese(name: string, blind: BlindContent): string {
  const cannot = `在 ${name} 中无法寻找植被、水体或建筑`;
  switch (blind.kind) {
    case 'empty':
      return `${cannot}：文件里没有任何数据。请检查文件，或另发一个。`;
    case 'constant':
      return `${cannot}：所有像元的值都相同，上面什么也没有。请检查文件，或另发一个。`;
    case 'grey':
      return `${cannot}：这是一幅灰度图，唯一的波段没有说明是什么光。${TELL.zh}`;
    case 'radar':
      return `${cannot}：这是雷达影像，我只认识光学波段。${NEED.zh}`;
    case 'elevation':
      return `${cannot}：里面是高程，不是光。${NEED.zh}`;
    case 'thermal':
      return `${cannot}：里面只有热红外波段。${NEED.zh}`;
    case 'index-picture':
      return `${cannot}：它的颜色是指数图的颜色，不是地面的颜色。请发送波段本身，或数值形式的指数。`;
    case 'index': {
      const symbols = symbolsOf(blind.indices);
      return `${cannot}：里面是 ${symbols.join('、')} 的数值，不是光。我可以绘图、求平均、按阈值划分，例如“显示${symbols[0]}”、“${symbols[0]}大于0.3”。`;
    }
    case 'classes':
      return `${cannot}：它看起来是一幅分类图${blind.codes.length > 0 ? `（代码 ${codesOf(blind.codes, '、')}）` : ''}，不是影像。请发送制作它所用的影像。`;
    case 'unknown':
      return `${cannot}：文件没有说明这 ${blind.bands} 个波段是什么光。${TELL.zh}`;
  }
}

const NEED = {
  en: 'I need blue, green, red or infrared bands.',
  zh: '我需要蓝、绿、红或红外波段。',
} as const;

const TELL = {
  en: `${NEED.en} If you know them, tell me in the order of the file, for example "bands: red green blue nir".`,
  zh: `${NEED.zh}如果您知道，请按文件中的顺序告诉我，例如“波段：红 绿 蓝 近红外”。`,
} as const;

const symbolsOf = (indices: readonly string[]): string[] =>
  indices.map((name) => (isIndexName(name) ? indexRow(name).symbol : name.toUpperCase()));

const codesOf = (codes: readonly number[], comma: string): string =>
  codes.length > 8 ? `${codes.slice(0, 8).join(comma)} …` : codes.join(comma);
