import type { Finding } from '../../domain/finding.ts';
import type { MapLayers } from '../../domain/picture.ts';
import type { SceneInfo } from '../../domain/scene.ts';
import type { Turn } from './turn.ts';

/** The layers of a map, where the platform shows one. */
export async function mapOf(
  scene: SceneInfo,
  findings: readonly Finding[],
  { analyst, run, message, texts }: Turn,
): Promise<{ map?: MapLayers }> {
  if (message.platform !== 'web') return {};
  const labels = findings.map(({ facts }) => texts.Target(facts.target));
  return { map: await analyst.layers({ scene, findings, labels }, run) };
}
