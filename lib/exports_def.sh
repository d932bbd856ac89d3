#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What libxnvme.map exports, as a module definition for Windows: exports_def.sh MAP HEADER ...
# Variables, which the headers declare as extern, are marked: they have no code to jump to.
map=$1
shift
variables=$(sed -n 's/^extern .*\(xnvme_[a-z0-9_]*\)\(\[\]\)*;/\1/p' "$@")

echo EXPORTS
sed -n 's/^\t\(xnvme_[a-z0-9_]*\);$/\1/p' "$map" | while read -r name; do
	case " $variables " in
	*" $name "*) echo "	$name DATA" ;;
	*) echo "	$name" ;;
	esac
done
