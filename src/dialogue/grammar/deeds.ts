/** Deeds of people: what is asked for so, in the imperative, no answer of ours fulfils. */
const DEEDS =
  'plant sow water weed mow spray fertilize fertilise irrigate prune harvest feed milk graze plough plow cut chop saw burn ' +
  'build rebuild construct repair fix install demolish dig drill pave mend insulate ' +
  'buy sell book order rent lease pay invest donate insure hire fund bill trade ' +
  'phone text ring notify alert warn invite contact fax tweet arrest sue ' +
  'drive fly sail ride hunt cook bake eat drink sing dance marry ' +
  'train evacuate rescue protect deploy dispatch launch teach translate compose schedule remind wake clean hack';

/** Alternatives for a pattern. */
export const DEED = DEEDS.replaceAll(' ', '|');
