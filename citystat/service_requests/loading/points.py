"""State-plane coordinates as WGS84, for layouts that name the projection."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa

from citystat.core.errors import InputError

if TYPE_CHECKING:
    from pyproj import Transformer


@lru_cache(maxsize=8)
def _transformer(epsg: int) -> "Transformer":
    # Few exports count in feet on a plane: the others load without the library of projections.
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        return Transformer.from_crs(epsg, 4326, always_xy=True)
    except ProjError as error:
        raise InputError(f"EPSG {epsg} in the layout's point section is not a projection.") from error


def to_wgs84(epsg: int, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Latitudes and longitudes in degrees of projected coordinates; NaN where the projection has no answer."""
    longitude, latitude = _transformer(epsg).transform(x, y)
    bad = ~(np.isfinite(longitude) & np.isfinite(latitude))
    return np.where(bad, np.nan, latitude), np.where(bad, np.nan, longitude)


def register(connection: duckdb.DuckDBPyConnection, codes: Iterable[int]) -> None:
    """Create the SQL functions `from_plane_<epsg>(x, y)` that return a struct of latitude and longitude, null outside the projection."""
    for epsg in set(codes):
        _transformer(epsg)
        kind = duckdb.struct_type({"latitude": "DOUBLE", "longitude": "DOUBLE"})
        connection.create_function(f"from_plane_{epsg}", _function(epsg), ["DOUBLE", "DOUBLE"], kind, type="arrow", side_effects=False)  # type: ignore[call-overload]


def _function(epsg: int) -> Any:
    # PROJ keeps its state per thread, and a thread of DuckDB's has none that lasts from call to call: converting there crashes the
    # process now and then. One Python thread of our own converts for all of them.
    converter = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"proj-{epsg}")

    def convert(x: pa.Array, y: pa.Array) -> pa.Array:
        latitude, longitude = converter.submit(to_wgs84, epsg, _numbers(x), _numbers(y)).result()
        values = [pa.array(np.round(part, 8), from_pandas=True) for part in (latitude, longitude)]
        return pa.StructArray.from_arrays(values, names=["latitude", "longitude"])

    return convert


def _numbers(values: Any) -> np.ndarray:
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=float)
