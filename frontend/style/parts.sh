#!/bin/sh
# Trunk knows nothing of the parts that the page's code was split into: they go beside it.
set -eu
[ -z "${VIRIDIAN_PARTS:-}" ] || cp "$VIRIDIAN_PARTS"/*.wasm "$VIRIDIAN_PARTS"/*.pack "$TRUNK_STAGING_DIR"/
