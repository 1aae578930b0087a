"""What GDAL says about files: reads a JSON list of paths on stdin, writes one record a file."""
import json
import sys

from osgeo import gdal, osr

gdal.UseExceptions()
gdal.PushErrorHandler('CPLQuietErrorHandler')
LON_LAT = osr.SpatialReference()
LON_LAT.ImportFromEPSG(4326)
LON_LAT.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)


def facts(path):
    file = gdal.Open(path)
    width, height = file.RasterXSize, file.RasterYSize
    srs, at = file.GetSpatialRef(), file.GetGeoTransform(can_return_null=True)
    middle = None
    if srs and at:
        col, row = width / 2, height / 2
        x, y = at[0] + col * at[1] + row * at[2], at[3] + col * at[4] + row * at[5]
        middle = osr.CoordinateTransformation(srs, LON_LAT).TransformPoint(x, y)[:2]
    window = [file.GetRasterBand(i + 1).ReadAsArray(width // 2, height // 2, 4, 4) for i in range(file.RasterCount)]
    return {
        'size': [width, height],
        'epsg': int(srs.GetAuthorityCode(None) or 0) if srs else None,
        'middle': middle,
        'lossy': file.GetMetadataItem('COMPRESSION', 'IMAGE_STRUCTURE') in ('JPEG', 'YCbCr JPEG', 'WEBP', 'JPEG2000'),
        'window': [[float(value) for value in band.ravel()] for band in window],
    }


json.dump([facts(path) for path in json.load(sys.stdin)], sys.stdout)
