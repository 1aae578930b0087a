/** What a person can ask for. Adding a target means adding a member here: the compiler then lists every table to extend. */
export const LAND_COVERS = ['vegetation', 'water', 'building'] as const;

export type LandCover = (typeof LAND_COVERS)[number];
