/** Texts with less contrast to what is behind them than WCAG AA asks for (4.5, or 3 for large ones). Runs in the page. */
export function findWeakTexts(): string[] {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
  const rgba = (colour: string) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data] as [number, number, number, number];
  };
  const luminance = ([r, g, b]: readonly number[]) => {
    const linear = [r!, g!, b!].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
  };
  const behind = (node: Element | null): readonly number[] => {
    for (let n = node; n; n = n.parentElement) {
      const colour = rgba(getComputedStyle(n).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll<HTMLElement>('main *, nav *')]
    .filter((n) => n.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !n.closest(':disabled'))
    .filter((n) => [...n.childNodes].some((c) => c.nodeType === Node.TEXT_NODE && c.textContent!.trim()))
    .flatMap((n) => {
      const style = getComputedStyle(n);
      const [a, b] = [luminance(rgba(style.color)), luminance(behind(n))];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const large = Number.parseFloat(style.fontSize) >= 24;
      return contrast < (large ? 3 : 4.5)
        ? [`${contrast.toFixed(2)} ${n.className}: ${n.textContent!.slice(0, 30)}`]
        : [];
    });
}
