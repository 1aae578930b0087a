import { z } from 'zod';
import { BAND_NAMES } from '../../domain/band.ts';
import type { Filter } from '../../domain/finding.ts';
import { LOCATIONS } from '../../domain/grid.ts';
import { LAND_COVERS } from '../../domain/land-cover.ts';
import { type Operation, type Plan, UNITS } from '../../domain/plan.ts';
import { INDEX_NAMES } from '../../spectral/indices.ts';

/** One thing the language model may ask for: an operation of ours, with arguments that are checked. */
export interface PlanTool {
  readonly name: Operation;
  readonly description: string;
  readonly schema: z.ZodType;
  /** The plan of checked arguments. */
  toPlan(args: unknown): Plan;
}

/**
 * The operations a language model may choose, the same as the grammar's. `forget` and `cancel` are not among them: they
 * are taken from the person's own words only.
 */
export const PLAN_TOOLS: readonly PlanTool[] = planTools();

function planTools(): PlanTool[] {
  const targets = z.array(z.enum(LAND_COVERS)).max(LAND_COVERS.length);
  const index = z.enum(INDEX_NAMES as [string, ...string[]]);
  const area = z.strictObject({ value: z.number().positive(), unit: z.enum(['m2', 'ha', 'km2', 'acre', 'ft2', 'mu']) });
  const scene = z.union([z.number().int().positive(), z.enum(['other', 'all'])]);
  const region = z.number().int().positive();
  const filter = z.strictObject({
    minArea: area.optional(),
    maxArea: area.optional(),
    part: z.enum(['north', 'south', 'east', 'west', ...LOCATIONS]).optional(),
    near: z.strictObject({ of: z.enum(LAND_COVERS), distanceM: z.number().positive() }).optional(),
    regions: z.array(region).max(50).optional(),
    largest: z.number().int().positive().optional(),
    smallest: z.number().int().positive().optional(),
  });
  const style = z.strictObject({
    mode: z.enum(['tint', 'outline']).optional(),
    color: z
      .string()
      .regex(/^#[0-9a-f]{6}$/i)
      .optional(),
    opacity: z.number().min(0).max(1).optional(),
    zoomRegion: z.number().int().min(0).optional(),
  });
  const about = {
    scene: scene.optional().describe('1-based place of the scene, `other`, `all`; absent = the current one'),
  };

  return [
    tool('extract', 'Find and show a target, or apply a new filter to it.', {
      targets: targets.min(1),
      filter: filter.optional(),
      style: style.optional(),
      ...about,
    }),
    tool('index', 'Map a spectral index, optionally above or below a threshold.', {
      index,
      threshold: z.strictObject({ above: z.boolean(), value: z.number() }).optional(),
      ...about,
    }),
    tool(
      'measure',
      'A number or place from a result: area, share, count, largest, where, mean of an index, distance.',
      {
        targets,
        measure: z.enum(['area', 'share', 'count', 'largest', 'smallest', 'where', 'mean', 'distance', 'average-area']),
        region: region.optional(),
        toRegion: region.optional(),
        index: index.optional(),
        unit: z.enum(UNITS).optional(),
        filter: filter.optional(),
        ...about,
      },
    ),
    tool('compare', 'What changed of a target, or of an index, between two scenes.', {
      targets,
      index: index.optional(),
      scenes: z.tuple([z.number().int().positive(), z.number().int().positive()]).optional(),
      unit: z.enum(UNITS).optional(),
    }),
    tool('describe', 'What the scene is (bands, size, date, cloud); with targets: what is in it.', {
      targets,
      ...about,
    }),
    tool('explain', 'Why, how sure, or how a result was computed; with an index: what it is.', {
      targets,
      aspect: z.enum(['why', 'sure', 'how']),
      index: index.optional(),
      ...about,
    }),
    tool('export', 'Send a result as a file.', {
      targets,
      format: z.enum(['geotiff', 'geojson', 'geopackage', 'csv', 'png']).optional(),
      index: index.optional(),
      region: region.optional(),
      ...about,
    }),
    tool('restyle', 'Change how the overlay is drawn. zoomRegion 0 = the whole scene.', { targets, style, ...about }),
    tool('correct', 'The person says how the scene must be read, or that a result is wrong.', {
      correction: z.strictObject({
        bands: z.array(z.enum(BAND_NAMES).nullable()).max(50).optional(),
        band: z
          .strictObject({ name: z.enum(BAND_NAMES), index: z.number().int().min(0).describe('0-based') })
          .optional(),
        sensor: z.string().max(40).optional(),
        pixelSizeM: z.number().positive().optional(),
        complaint: z.string().max(500).optional(),
      }),
    }),
    tool('list', 'List the scenes and results, or with targets the regions.', { targets, ...about }),
    tool('rename', 'Rename the scene.', { name: z.string().min(1).max(80), ...about }),
    tool('rerun', 'Do the last thing again.', {}),
    tool('undo', 'Take back the last change.', {}),
    tool('help', 'Show what can be asked.', {}),
    tool('clarify', 'Ask which target is meant, when a target is needed and none can be inferred.', {}),
    tool('decline', 'The request is outside of all other tools.', { about: z.string().max(120) }),
  ];
}

function tool(name: Operation, description: string, shape: z.ZodRawShape): PlanTool {
  const schema = z.strictObject(shape);
  return {
    name,
    description,
    schema,
    toPlan(args) {
      const { filter, targets, ...rest } = schema.parse(args) as Record<string, unknown>;
      const converted = filter ? filterOf(filter as ToolFilter) : null;
      return {
        ...rest,
        operation: name,
        targets: (targets as Plan['targets'] | undefined) ?? [],
        ...(converted ? { filter: converted } : {}),
        ...(name === 'clarify' ? { about: 'target' } : {}),
      } as Plan;
    },
  };
}

type ToolArea = { readonly value: number; readonly unit: keyof typeof SQUARE_METRES };
type ToolFilter = Omit<Filter, 'minAreaM2' | 'maxAreaM2'> & {
  readonly minArea?: ToolArea;
  readonly maxArea?: ToolArea;
};

const SQUARE_METRES = { m2: 1, ha: 10_000, km2: 1e6, acre: 4046.8564224, ft2: 0.09290304, mu: 10_000 / 15 };

/** The model names numbers as the person did; converting them is ours. */
function filterOf({ minArea, maxArea, ...rest }: ToolFilter): Filter {
  return {
    ...(minArea ? { minAreaM2: minArea.value * SQUARE_METRES[minArea.unit] } : {}),
    ...(maxArea ? { maxAreaM2: maxArea.value * SQUARE_METRES[maxArea.unit] } : {}),
    ...rest,
  };
}
