import geodesic from 'geographiclib-geodesic';

const WGS84 = geodesic.Geodesic.WGS84;

type Place = readonly [lon: number, lat: number];

/** Metres along the ellipsoid (WGS84). */
export function distanceM(from: Place, to: Place): number {
  return WGS84.Inverse(from[1], from[0], to[1], to[0]).s12!;
}

/** Direction of the shortest way, degrees clockwise from true north. */
export function azimuthDeg(from: Place, to: Place): number {
  return WGS84.Inverse(from[1], from[0], to[1], to[0]).azi1!;
}

/** Square metres of a polygon on the ellipsoid, whichever way round it is given. */
export function polygonAreaM2(places: readonly Place[]): number {
  const polygon = WGS84.Polygon(false);
  for (const [lon, lat] of places) polygon.AddPoint(lat, lon);
  return Math.abs(polygon.Compute(false, true).area!);
}
