/** Bands of the demo scene, in file order, and their centre wavelengths in nanometres (Sentinel-2A MSI). */
export const DEMO_BANDS = [
  { name: 'blue', wavelengthNm: 492 },
  { name: 'green', wavelengthNm: 560 },
  { name: 'red', wavelengthNm: 665 },
  { name: 'nir', wavelengthNm: 833 },
  { name: 'swir16', wavelengthNm: 1614 },
  { name: 'swir22', wavelengthNm: 2202 },
] as const;

export type Spectrum = readonly [blue: number, green: number, red: number, nir: number, swir16: number, swir22: number];

/**
 * Surface reflectance by material. Rounded typical values, in line with the USGS Spectral Library 7 (Kokaly et al. 2017,
 * doi:10.3133/ds1035) for minerals, water and man-made materials, and with the ECOSTRESS library (Meerdink et al. 2019,
 * doi:10.1016/j.rse.2019.05.015) for vegetation and roofs; canopies are darker than the leaves measured there, because
 * they shade themselves.
 */
export const MATERIALS = {
  deepWater: [0.024, 0.027, 0.016, 0.009, 0.005, 0.004],
  shallowWater: [0.04, 0.058, 0.038, 0.018, 0.009, 0.006],
  riverWater: [0.046, 0.062, 0.047, 0.024, 0.011, 0.008],
  reeds: [0.03, 0.056, 0.044, 0.25, 0.155, 0.085],
  gravel: [0.13, 0.155, 0.175, 0.22, 0.28, 0.26],
  conifer: [0.018, 0.031, 0.021, 0.225, 0.098, 0.044],
  broadleaf: [0.023, 0.046, 0.027, 0.38, 0.165, 0.074],
  shrub: [0.03, 0.056, 0.042, 0.29, 0.19, 0.105],
  meadow: [0.039, 0.07, 0.052, 0.35, 0.22, 0.12],
  dryGrass: [0.058, 0.084, 0.092, 0.26, 0.285, 0.195],
  maize: [0.027, 0.052, 0.033, 0.42, 0.19, 0.088],
  clover: [0.028, 0.062, 0.033, 0.47, 0.205, 0.092],
  ripeCrop: [0.056, 0.085, 0.105, 0.24, 0.27, 0.19],
  stubble: [0.082, 0.112, 0.14, 0.235, 0.335, 0.265],
  drySoil: [0.084, 0.108, 0.136, 0.205, 0.3, 0.268],
  moistSoil: [0.05, 0.064, 0.081, 0.13, 0.2, 0.168],
  track: [0.1, 0.128, 0.155, 0.22, 0.28, 0.25],
  asphalt: [0.078, 0.087, 0.094, 0.112, 0.132, 0.124],
  concrete: [0.165, 0.192, 0.211, 0.258, 0.296, 0.278],
  tileRoof: [0.075, 0.092, 0.142, 0.22, 0.3, 0.29],
  slateRoof: [0.098, 0.107, 0.115, 0.138, 0.166, 0.162],
  bitumenRoof: [0.052, 0.057, 0.062, 0.078, 0.098, 0.098],
  metalRoof: [0.33, 0.35, 0.355, 0.36, 0.345, 0.305],
} as const satisfies Record<string, Spectrum>;

export type Material = keyof typeof MATERIALS;
