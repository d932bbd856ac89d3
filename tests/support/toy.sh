#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Adds an async interface to a copy of the tree in build-toy/: one file, one row per backend and one line of
# meson. It has to pass the conformance suite. Silent when it does.
set -eu
copy=build-toy
mkdir -p "$copy/tree"
# Files keep their times, so that a second run compiles what changed
git ls-files -coz --exclude-standard | xargs -0 cp --parents --preserve=timestamps -t "$copy/tree"
cp --preserve=timestamps tests/support/toy/async_toy.c "$copy/tree/lib/backends/portable/"
cd "$copy/tree"

insert() { # FILE LINE BEFORE: the line stands before the first one that has BEFORE
	grep -qF "$2" "$1" || sed -i "0,/$3/s||$2\\n&|" "$1"
	[ "$(grep -cF "$2" "$1")" -eq 1 ] || { echo "$1 has no line like $3"; exit 1; }
}

insert lib/backends/backends.def \
	'XNVI_ROW(ANY, linux, ASYNC, xnvi_async_toy, XNVI_CLASSES_RW)' '^XNVI_ROW(LINUX, linux,   ASYNC, xnvi_async_nil'
insert lib/backends/backends.def \
	'XNVI_ROW(ANY, ramdisk, ASYNC, xnvi_async_toy, XNVI_CLASS_RAMDISK)' '^XNVI_ROW(ANY,   ramdisk, ASYNC, xnvi_async_nil'
insert lib/backends/meson.build "  'portable/async_toy.c'," "^  'portable\\/mem_heap.c',"

[ -f ../build/build.ninja ] || meson setup ../build -Doptimization=0 -Dtools=false -Dexamples=false \
	-Ddefault_library=static >../setup.log 2>&1 || { cat ../setup.log; exit 1; }
ninja -C ../build tests/conformance/conformance >../compile.log 2>&1 || { tail -40 ../compile.log; exit 1; }
../build/tests/conformance/conformance --async toy >../conformance.tap 2>&1 || { grep -A3 '^not ok' ../conformance.tap; exit 1; }
if [ "$(grep '^ok' ../conformance.tap | grep -vc SKIP)" -lt 200 ]; then
	echo 'conformance --async toy: fewer than 200 results'
	exit 1
fi
