import type { Language, Reply } from '../../domain/message.ts';
import type { Plan } from '../../domain/plan.ts';

export interface Menu {
  readonly name: string;
  readonly placeholder: string;
  readonly choices: readonly (readonly [label: string, plan: Plan])[];
}

/** What an answer about regions offers besides its buttons, too much of it for buttons: how it is drawn, and files. */
export function menusOf({ blocks, plans, language, failure }: Reply): Menu[] {
  const plan = plans.findLast(({ operation }) => IN_MENUS.has(operation) || operation === 'extract');
  if (!plan || failure || plan.targets.length === 0 || !blocks.some(({ kind }) => kind === 'picture')) return [];
  const { targets } = plan;
  const texts = TEXTS[language];
  return [
    {
      name: 'overlay',
      placeholder: texts.overlay,
      choices: [
        ...OPACITIES.map(
          (opacity) =>
            [
              texts.opacity(Math.round(opacity * 100)),
              { operation: 'restyle', targets, style: { mode: 'tint', opacity } },
            ] as const,
        ),
        [texts.outline, { operation: 'restyle', targets, style: { mode: 'outline' } }],
      ],
    },
    {
      name: 'export',
      placeholder: texts.export,
      choices: FORMATS.map(([format, label]) => [label, { operation: 'export', targets, format }] as const),
    },
  ];
}

/** Operations that need no button where there are menus. */
export const IN_MENUS: ReadonlySet<Plan['operation']> = new Set(['restyle', 'export']);

const FORMATS = [
  ['geotiff', 'GeoTIFF'],
  ['geojson', 'GeoJSON'],
  ['geopackage', 'GeoPackage'],
  ['csv', 'CSV'],
  ['png', 'PNG'],
] as const;

const OPACITIES = [0.35, 0.65, 0.85];

const TEXTS: Readonly<
  Record<Language, { overlay: string; export: string; outline: string; opacity(percent: number): string }>
> = {
  en: {
    overlay: 'Overlay …',
    export: 'Export …',
    outline: 'Outline only',
    opacity: (percent) => `${percent} % opaque`,
  },
  zh: { overlay: '叠加显示…', export: '导出…', outline: '只显示轮廓', opacity: (percent) => `不透明度 ${percent} %` },
};
