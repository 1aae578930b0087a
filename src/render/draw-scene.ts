import { drawFrame, type Frame } from './frame.ts';
import { displayOf, type Pixels, toDisplay } from './pixels.ts';

/** A scene as it is, with everything a map says of its ground. @returns PNG */
export function drawScene({
  composite,
  frame,
}: {
  readonly composite: Pixels;
  readonly frame: Omit<Frame, 'legend'>;
}): Promise<Uint8Array> {
  const display = displayOf(composite.width, composite.height);
  return drawFrame(toDisplay(composite, display), display.scale, { ...frame, legend: [] });
}
