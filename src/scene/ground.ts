import geodesic from 'geographiclib-geodesic';

const WGS84 = geodesic.Geodesic.WGS84;

type Place = readonly [lon: number, lat: number];

/** Metres along the ellipsoid (WGS84). */
export function distanceM(from: Place, to: Place): number {
  return WGS84.Inverse(from[1], from[0], to[1], to[0]).s12!;
}
