#!/bin/sh
# Joins the sheets that style/index.css imports, in its order, to style/bundle.css.
set -eu
cd "$(dirname "$0")"
{
  grep '^@layer' index.css
  sed -n 's/^@import "\(.*\)";$/\1/p' index.css | while read -r sheet; do cat "$sheet"; done
} > bundle.css.new
# An unchanged file keeps its time, so that a watcher does not build for ever.
if cmp -s bundle.css.new bundle.css; then rm bundle.css.new; else mv bundle.css.new bundle.css; fi
