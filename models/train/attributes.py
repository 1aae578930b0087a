"""SPIE attributes computed from the image: the port, for training, of src/spectral (the rules are in its README.md)."""
import math

import numpy as np

LOCATIONS = [[f"{v}-{h}" for h in ("left", "center", "right")] for v in ("top", "middle", "bottom")]
LOCATIONS[1][1] = "center"
SIZES = [(0.0015, "very tiny"), (0.004, "small"), (0.007, "medium"), (0.01, "somewhat large"), (0.05, "large")]
MAX_REGIONS = 10
MIN_SEPARABILITY = 0.75

_BANDS = {"blue": 0, "green": 1, "red": 2, "nir": 3, "swir16": 4, "swir22": 5}
_DIFFERENCES = {"ndvi": ("nir", "red"), "ndwi": ("green", "nir"), "mndwi": ("green", "swir16"), "ndbi": ("swir16", "nir")}
# (values, index, fixed threshold or (low, high, fallback) for Otsu, excluded [(index, above)]), best first
_CHOICES = {
    "vegetation": [
        ("reflectance", "ndvi", 0.3, []),
        ("display", "ndvi", (0.05, 0.45, 0.1), []),
        ("any", "gli", (0.03, 0.15, 0.05), []),
    ],
    "water": [
        ("reflectance", "mndwi", 0.0, []),
        ("reflectance", "ndwi", 0.0, []),
        ("display", "mndwi", (0.0, 0.5, 0.2), []),
        ("display", "ndwi", (0.0, 0.5, 0.2), []),
    ],
    "building": [("reflectance", "ndbi", 0.0, [("ndvi", 0.3), ("mndwi", 0.0)])],
}


def attributes(pixels, present, valid, values, target):
    """The attribute list of a window, or None without a usable index.

    pixels [6, H, W] float32; present [6]; valid [H, W] bool; values 'reflectance' or 'display'.
    """
    mask = index_mask(pixels, present, valid, values, target)
    return None if mask is None else region_attributes(mask)


def index_mask(pixels, present, valid, values, target):
    """Bool [H, W], or None when no row of the choices fits the bands."""
    bands = {name: pixels[number] for name, number in _BANDS.items() if present[number]}
    for kind, index, threshold, excluded in _CHOICES[target]:
        if kind in (values, "any") and all(_computable(name, bands) for name in [index, *(e for e, _ in excluded)]):
            break
    else:
        return None
    computed = _index(index, bands, valid)
    if isinstance(threshold, tuple):
        low, high, fallback = threshold
        found, separability = otsu(computed)
        trusted = found is not None and separability >= MIN_SEPARABILITY and low <= found <= high
        threshold = found if trusted else fallback
    with np.errstate(invalid="ignore"):
        mask = computed.astype(np.float64) > threshold
        for name, above in excluded:
            mask &= ~(_index(name, bands, valid).astype(np.float64) > above)
    return mask


def _computable(index, bands):
    needed = ("green", "red", "blue") if index == "gli" else _DIFFERENCES[index]
    return all(name in bands for name in needed)


def _index(index, bands, valid):
    """float32 with NaN, computed in double; values below 0 are taken as 0."""
    if index == "gli":
        green, red, blue = (bands[name].astype(np.float64).clip(0) for name in ("green", "red", "blue"))
        top, bottom = 2 * green - red - blue, 2 * green + red + blue
    else:
        a, b = (bands[name].astype(np.float64).clip(0) for name in _DIFFERENCES[index])
        top, bottom = a - b, a + b
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(valid & (bottom > 0), top / bottom, np.nan).astype(np.float32)


def otsu(values):
    """(threshold, separability) over 256 bins of [-1, 1], or (None, 0) without two different bins."""
    v = values[~np.isnan(values)].astype(np.float64)
    bins = np.clip(np.floor((v + 1) * 128), 0, 255).astype(int)
    histogram = np.bincount(bins, minlength=256).astype(np.float64)
    count = histogram.sum()
    if count == 0:
        return None, 0.0
    number = np.arange(256)
    total = (histogram * number).sum()
    mean = total / count
    variance = (histogram * number * number).sum() / count - mean * mean
    below, below_sum = histogram.cumsum()[:-1], (histogram * number).cumsum()[:-1]
    above = count - below
    usable = (below > 0) & (above > 0)
    if not usable.any():
        return None, 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = below_sum / below - (total - below_sum) / above
        between = np.where(usable, below / count * (above / count) * gap * gap, 0)
    if between.max() <= 0:
        return None, 0.0
    best = int(between.argmax())
    return (best + 1) / 128 - 1, min(1.0, between[best] / variance)


def region_attributes(mask):
    """At most ten dicts {size, centroid, location, box}, in descending area."""
    height, width = mask.shape
    rows, starts, ends, component, order, counts = components(mask)
    described = []
    for region in order[:MAX_REGIONS]:
        runs = np.flatnonzero(component == region)
        r, s, e = rows[runs], starts[runs], ends[runs]
        length = e - s
        pixels = int(counts[region])
        col = math.floor(int(((s + e - 1) * length // 1).sum()) / 2 / pixels + 0.5)
        row = math.floor(int((r * length).sum()) / pixels + 0.5)
        points = set()
        for line in np.unique(r):
            on_line = r == line
            points.add((int(s[on_line].min()), int(line)))
            points.add((int(e[on_line].max()) - 1, int(line)))
        box = [
            [_share(min(width, max(0, math.floor(x + 0.5))), width), _share(min(height, max(0, math.floor(y + 0.5))), height)]
            for x, y in minimum_area_rectangle(sorted(points))
        ]
        described.append({
            "size": size_word(pixels / (width * height)),
            "centroid": [_share(col, width), _share(row, height)],
            "location": LOCATIONS[0 if 3 * row < height else 1 if 3 * row < 2 * height else 2][
                0 if 3 * col < width else 1 if 3 * col < 2 * width else 2
            ],
            "box": box,
        })
    return described


def size_word(share):
    return next((word for below, word in SIZES if share < below), "huge")


def _share(k, size):
    return round(k / size, 3)


def components(mask):
    """8-neighbour components by runs: (row, start, end, component of each run, components in descending size, their sizes)."""
    height, width = mask.shape
    padded = np.zeros((height, width + 2), np.int8)
    padded[:, 1:-1] = mask
    change = np.diff(padded, axis=1)
    rows, starts = np.nonzero(change == 1)
    _, ends = np.nonzero(change == -1)
    parent = list(range(len(rows)))

    def root(i):
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first = np.searchsorted(rows, np.arange(height + 1))
    begin, stop = starts.tolist(), ends.tolist()
    for row in range(1, height):
        i, j = int(first[row - 1]), int(first[row])
        i_end, j_end = j, int(first[row + 1])
        while i < i_end and j < j_end:
            # runs [begin, stop) touch, diagonals included
            if begin[i] <= stop[j] and begin[j] <= stop[i]:
                a, b = root(i), root(j)
                parent[max(a, b)] = min(a, b)
            if stop[i] < stop[j]:
                i += 1
            else:
                j += 1
    component = np.array([root(i) for i in range(len(rows))], dtype=np.int64)
    counts = np.bincount(component, weights=ends - starts, minlength=1) if len(rows) else np.zeros(1)
    present = np.unique(component)
    # the root of a component is its first run, so equal sizes come in row-major order of the first pixel
    order = sorted(present.tolist(), key=lambda c: (-counts[c], c))
    return rows, starts, ends, component, order, counts


def minimum_area_rectangle(points):
    """Four corners (not rounded), clockwise on screen from the top left one, of the least rectangle at any angle."""
    hull = convex_hull(points)
    if len(hull) == 1:
        return [hull[0]] * 4
    best = _along(hull, 0)
    if len(hull) > 2:
        for edge in range(1, len(hull)):
            candidate = _along(hull, edge)
            if candidate[0] < best[0]:
                best = candidate
    _, dx, dy, along_min, along_max, across_min, across_max = best
    squared = dx * dx + dy * dy
    corners = []
    for along in (along_min, along_max):
        for across in (across_min, across_max):
            u, v = 2 * along - along_min - along_max, 2 * across - across_min - across_max
            angle = math.atan2(u * dy + v * dx, u * dx - v * dy)
            corners.append((angle, ((along * dx - across * dy) / squared, (along * dy + across * dx) / squared)))
    return [corner for _, corner in sorted(corners, key=lambda c: c[0])]


def convex_hull(points):
    """Andrew's monotone chain, clockwise on screen (y down) from the leftmost, topmost point."""
    ordered = sorted(points)
    upper, lower = _chain(ordered), _chain(ordered[::-1])
    return upper if len(upper) == 1 else upper[:-1] + lower[:-1]


def _chain(points):
    kept = []
    for p in points:
        while len(kept) > 1:
            a, b = kept[-2], kept[-1]
            if (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0:
                break
            kept.pop()
        kept.append(p)
    return kept


def _along(hull, edge):
    start, end = hull[edge], hull[(edge + 1) % len(hull)]
    dx, dy = end[0] - start[0], end[1] - start[1]
    along = [x * dx + y * dy for x, y in hull]
    across = [y * dx - x * dy for x, y in hull]
    area = (max(along) - min(along)) * (max(across) - min(across)) / (dx * dx + dy * dy)
    return area, dx, dy, min(along), max(along), min(across), max(across)


def format_attributes(regions):
    """Python's repr, as SPIE has it."""
    return str([
        {"Size of area": r["size"], "Centroid": r["centroid"], "Location": r["location"], "Bounding box": r["box"]} for r in regions
    ])
