"""Which places are kept apart, whatever a `dataset.json` says.

`val` is looked at while training, to choose by; `test` is packed in shards of its own that no stage reads and is looked at once, at the
end. A place is the beginning of a scene's id: neighbouring pictures and other dates of the same ground stand on one side.
"""

# shows ground that hsg_s2, on which is only trained, may show too
TRAIN = ("eurosat_rgb",)
VAL = (
    # its trees are val in naip_california_trees
    "naip_california_more/palm_springs", "naip_california_more/eureka", "naip_california_more/bishop",
)
TEST = (
    "mbrsc_dubai/tile4", "naip_california_trees/claremont", "naip_california_more/claremont",
    "fair_train2/OAM-1772",  # Catanduanes, whole
    *(f"spacenet1_rio/3band_013022223130_Public_img{number}" for number in range(60, 65)),
    "usgs_monterey/ortho_11", "usgs_cities/10",
    *(f"uc_merced/{name}9" for name in ("agricultural", "baseballdiamond", "beach", "forest", "freeway", "golfcourse", "harbor", "parkinglot", "river", "runway")),
    "sentinel2_alberta_60m", "landsat8_chesapeake", "terramesh_s2/637u", "so2satpop/gdansk_east",
    *(f"goheung_s2/{date}_patchN_{number}" for date in ("202309", "202412") for number in range(16, 20)),
)


def split_of(scene):
    """'train', 'val' or 'test' of an entry of a `dataset.json`."""
    for split, places in (("test", TEST), ("val", VAL), ("train", TRAIN)):
        if scene["id"].startswith(places):
            return split
    return scene["split"]
