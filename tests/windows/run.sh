#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The library and the tools on Windows: all of it compiles by mingw-w64 without a warning, and under
# wine the unit tests, conformance and the tools pass on the device in memory. Needs the packages of
# ./x test --only windows. Prints TAP. Build and wine's folder are in build-windows.
set -u
# wine takes names of files from the locale
export LC_ALL=C.UTF-8
cd "$(dirname "$0")/../.." || exit 99
top=$PWD
out=$top/build-windows
build=$out/build
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
# Much of the time is wine's, beside whatever else the machine does
patience=3
cc=x86_64-w64-mingw32-gcc-win32
unset CC CFLAGS CPPFLAGS LDFLAGS PKG_CONFIG_PATH
export WINEPREFIX="$out/wine" WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml=' WINEPATH="Z:$build/lib"

# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh

finish() {
	echo "1..$count"
	exit $failed
}

configure() {
	[ -f "$build/build.ninja" ] ||
		meson setup "$build" --cross-file=tests/windows/mingw.ini -Dwerror=true \
			-Dwith-liburing=disabled -Dwith-libaio=disabled
}

# Each alone, twice over, as C
headers() {
	for header in include/libxnvme*.h; do
		for std in c99 c11 gnu17; do
			printf '#include <%s>\n' "${header##*/}" "${header##*/}" |
				"$cc" -std=$std -Wall -Wextra -Wpedantic -Werror -I include -x c -fsyntax-only - || return
		done
	done
}

# struct iovec is that of 64-bit Linux, offsets have 64 bits, and the errors have numbers
interface() {
	cat >"$out/interface.c" <<'PROBE'
#include <libxnvme.h>
_Static_assert(sizeof(struct iovec) == 16, "size");
_Static_assert(offsetof(struct iovec, iov_base) == 0, "base");
_Static_assert(offsetof(struct iovec, iov_len) == 8, "length");
_Static_assert(sizeof(xnvme_off_t) == 8 && (xnvme_off_t)-1 < 0, "offset");
_Static_assert(ESHUTDOWN != ESTALE && ESTALE != EDQUOT && ESHUTDOWN > 140, "errors");
int main(void);
PROBE
	"$cc" -std=c11 -Wall -Wextra -Werror -I include -fsyntax-only "$out/interface.c"
}

# The library exports what the map says, and no more
exports() {
	sed -n 's/^\t\(xnvme_[a-z0-9_]*\);$/\1/p' lib/libxnvme.map | sort >"$out/exports.wanted"
	x86_64-w64-mingw32-objdump -p "$build/lib/libxnvme-0.dll" |
		sed -n '/Ordinal\/Name Pointer/,/^$/s/^\t\[ *[0-9]*\] *\([+a-z].*\)/\1/p' |
		awk '{print $NF}' | sort >"$out/exports.found"
	[ "$(wc -l <"$out/exports.wanted")" -ge 227 ] && diff "$out/exports.wanted" "$out/exports.found"
}

# Layouts of 0.7.5, by a program that is compiled against the interface alone
layouts() {
	"$cc" -w -D_FILE_OFFSET_BITS=64 -I include tests/compat/abi_check.c -L "$build/lib" -lxnvme -o "$out/abi_check.exe" &&
		wine "$out/abi_check.exe"
}

# Only what the system does not have may be skipped, and what no system has on this device
undeclared_skips() { # TAP
	sed -n 's/^ok .*# SKIP *//p' "$1" | grep -vE \
		'^(Windows has no POSIX aio|Windows cannot copy a process|Windows has no limits of a process|files of Windows have no permission bits|no path of a folder names a pipe or a device|signals|Windows has no signals|this system (cannot copy a process|has no limits of a process)|this build has no backend for files|LBAs hold data only|every open of this URI|metadata is not|the controller itself judges|the device is not a file|the namespace |the row moves no data|a size_t )'
}

# suite NAME: one suite of meson's; the results are in its log
suite() {
	tap=$out/$1.tap
	rm -f "$build/meson-logs/testlog.txt"
	status=0
	meson test -C "$build" --no-rebuild --num-processes "$jobs" --timeout-multiplier "$patience" \
		--suite "$1" >"$out/$1.log" 2>&1 || status=1
	cp "$build/meson-logs/testlog.txt" "$tap" 2>/dev/null || : >"$tap"
	sed -n -E 's/\r//; s/^((not )?ok) [0-9]+ - (.*)/\1 - windows: \3/p; s/^(#.*)/\1/p' "$tap"
	# Each program of the suite counts, also one that ends before its first case
	if [ $status -eq 0 ] && grep -q '^ok ' "$tap"; then
		say ok "windows: suite $1 passes"
	else
		say 'not ok' "windows: suite $1 passes"
		grep -E '^ *[0-9]+/[0-9]+ ' "$out/$1.log" | grep -v ' OK ' | sed 's/^/# /'
	fi
	undeclared=$(undeclared_skips "$tap")
	if [ -z "$undeclared" ]; then
		say ok "windows: what suite $1 skips is declared"
	else
		say 'not ok' "windows: what suite $1 skips is declared"
		printf '%s\n' "$undeclared" | sort | uniq -c | sed 's/^/# /'
	fi
}

wine_start() {
	if [ ! -f "$WINEPREFIX/ready" ]; then
		rm -rf "$WINEPREFIX"
		mkdir -p "$WINEPREFIX"
		# A program that starts in the session that makes the folder can hang
		wineboot -i && wineserver -w && : >"$WINEPREFIX/ready" || return
	fi
	# Stays between programs
	wineserver -p && wine cmd /c exit
}

mkdir -p "$out"
if ! command -v "$cc" >/dev/null 2>&1; then
	say ok "windows: not run # SKIP there is no $cc"
	finish
fi
check 'windows: headers compile alone' "$out/headers.log" headers
check 'windows: the interface has what the system lacks' "$out/interface.log" interface
if ! check 'windows: meson configures it' "$out/setup.log" configure ||
	! check 'windows: library, tools and tests compile without a warning' "$out/compile.log" \
		ninja -C "$build" -j "$jobs"; then
	finish
fi
check 'windows: the library exports what its map says' "$out/exports.log" exports
if ! command -v wine >/dev/null 2>&1; then
	say ok 'windows: not run # SKIP there is no wine'
	finish
fi
trap 'wineserver -k; exit 143' INT TERM
if check 'windows: wine starts' "$out/wine.log" wine_start; then
	check 'windows: layouts are those of 0.7.5' "$out/layouts.log" layouts
	suite unit
	suite conformance
	sh tests/windows/tools.sh "$build/tools" >"$out/tools.tap" 2>&1 || status=1
	sed -E 's/^((not )?ok) [0-9]+ - (.*)/\1 - windows: \3/; /^1\.\./d' "$out/tools.tap"
	if grep -q '^1\.\.' "$out/tools.tap" && ! grep -q '^not ok' "$out/tools.tap"; then
		say ok 'windows: the tools work'
	else
		say 'not ok' 'windows: the tools work'
	fi
fi
wineserver -k
finish
