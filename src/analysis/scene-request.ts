import type { Analyst } from '../domain/analyst.ts';
import type { SceneFile, SceneInfo } from '../domain/scene.ts';

/** What is done with scenes, each in the process of its conversation. */
export type SceneMethod = Exclude<keyof Analyst, 'prepare' | 'stop'>;

/** What the requests of all methods have in common, seen from outside. */
export interface SceneRequest {
  readonly files?: readonly SceneFile[];
  readonly scene?: SceneInfo;
  readonly before?: { readonly scene: SceneInfo };
  readonly after?: { readonly scene: SceneInfo };
}

export const scenesOf = ({ scene, before, after }: SceneRequest): SceneInfo[] =>
  [scene, before?.scene, after?.scene].filter((each) => each !== undefined);

/** Every file that the call may read. */
export const filesOf = (request: SceneRequest): SceneFile[] => [
  ...(request.files ?? []),
  ...scenesOf(request).flatMap(({ files }) => files),
];
