#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What consumers and distributions do with the project: install it, find it, link it, build it their
# way: run.sh [STEP ...]. Needs build/. Prints TAP. Everything happens in copies of the tree in a scratch
# folder.
work=$(mktemp -d) || exit 99
chroot_pid=
trap '[ -z "$chroot_pid" ] || kill -- "-$chroot_pid" 2>/dev/null; rm -rf --one-file-system "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$(dirname "$0")/../.." || exit 99
top=$PWD
here=$top/tests/consume
# shellcheck source=tests/consume/lib.sh
. "$here/lib.sh"
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/xnvme-tests
venv=$cache/meson-0.61.2
unset PKG_CONFIG_PATH DESTDIR CFLAGS CPPFLAGS LDFLAGS

for copy in src src61 src-chroot; do
	mkdir "$work/$copy"
	git ls-files -z -co --exclude-standard | xargs -0 cp -a --parents -t "$work/$copy"
done
src=$work/src

# --- helpers --------------------------------------------------------------------------------------

# build DIR [meson argument ...]: without a warning of meson or the compiler
build() {
	dir=$1
	shift
	meson setup "$dir" "$src" -Dtests=false -Dexamples=false "$@" >"$dir.log" 2>&1 &&
		ninja -C "$dir" >>"$dir.log" 2>&1 && ! grep -E 'WARNING:|warning:' "$dir.log" && return 0
	tail -n 25 "$dir.log"
	return 1
}

# build_and_install NAME [meson argument ...]: into $work/NAME, the library in lib
build_and_install() {
	name_of=$1
	shift
	build "$work/build-$name_of" --prefix "$work/$name_of" --libdir lib "$@" &&
		meson install -C "$work/build-$name_of" --no-rebuild --quiet
}

flags() { # PREFIX [--static]
	PKG_CONFIG_PATH=$1/lib/pkgconfig pkg-config ${2-} --cflags --libs xnvme
}

needs() { # FILE LIBRARY: it is linked with it at run time
	readelf -d "$1" | grep NEEDED | grep -q "$2"
}

# silent COMMAND...: it prints nothing; what it prints is the complaint
silent() {
	out=$("$@" 2>&1)
	printf '%s\n' "$out"
	[ -z "$out" ]
}

# --- ./x install ----------------------------------------------------------------------------------

opt=$work/opt

missing_of() { # PREFIX: what ./x install did not put there
	for tool in lblk xdd xnvme xnvme_file; do
		for file in "bin/$tool" "share/man/man1/$tool.1" "share/bash-completion/completions/$tool"; do
			[ -s "$1/$file" ] || echo "$file"
		done
	done
	for file in libxnvme.so libxnvme.so.0 libxnvme.a pkgconfig/xnvme.pc cmake/xnvme/xnvmeConfig.cmake \
		cmake/xnvme/xnvmeConfigVersion.cmake; do
		[ -s "$1/lib/$file" ] || echo "lib/$file"
	done
	for header in include/*.h; do
		[ -s "$1/$header" ] || echo "$header"
	done
}

tools_run() { # PREFIX: with nothing set
	env -i "$1/bin/lblk" info 1GB && env -i "$1/bin/xnvme" library-info && env -i "$1/bin/xdd" --help &&
		env -i "$1/bin/xnvme_file" --help
}

# A system of another layout: what its pkg-config searches and its compiler calls it
mkdir "$work/fake"
printf '#!/bin/sh\necho "$FAKE_PC_PATH"\n' >"$work/fake/pkg-config"
printf '#!/bin/sh\necho "$FAKE_MULTIARCH"\n' >"$work/fake/cc"
printf '#!/bin/sh\necho "$FAKE_MESON"\n' >"$work/fake/meson"
printf '#!/bin/sh\necho "$@" >>"$FAKE_PIP_LOG"\n' >"$work/fake/pip3"
chmod +x "$work"/fake/*

libdir_is() { # PREFIX LIBDIR
	PATH="$work/fake:$PATH" CC=cc "$src/x" install --dry-run --prefix "$1" >"$work/dry"
	cat "$work/dry"
	grep -qx "would install under $1, the library in $1/$2" "$work/dry"
}

layouts() {
	debian=/usr/local/lib/x86_64-linux-gnu/pkgconfig:/usr/local/lib/pkgconfig:/usr/lib/x86_64-linux-gnu/pkgconfig
	while read -r system path multiarch prefix libdir; do
		FAKE_PC_PATH=$path FAKE_MULTIARCH=${multiarch#-}
		export FAKE_PC_PATH FAKE_MULTIARCH
		check "$system: the library of $prefix goes to $libdir" libdir_is "$prefix" "$libdir"
	done <<ROWS
Debian $debian x86_64-linux-gnu /usr/local lib/x86_64-linux-gnu
Debian $debian x86_64-linux-gnu /usr lib/x86_64-linux-gnu
Debian $debian x86_64-linux-gnu /opt/xnvme lib
Fedora /usr/lib64/pkgconfig:/usr/share/pkgconfig - /usr lib64
Fedora /usr/lib64/pkgconfig:/usr/share/pkgconfig - /usr/local lib
Arch /usr/lib/pkgconfig:/usr/share/pkgconfig - /usr lib
Alpine /usr/lib/pkgconfig:/usr/share/pkgconfig - /usr/local lib
ROWS
}

# ./x fetches meson for versions that the project does not work with, and for no other
fetches_meson() { # VERSION
	rm -f "$work/pip"
	FAKE_MESON=$1 FAKE_PIP_LOG=$work/pip PATH="$work/fake-meson:$PATH" "$src/x" setup build
	[ -s "$work/pip" ]
}

step_install() {
	check './x install --prefix P' install_opt
	check 'tools, man pages, completions, headers and packages are installed' silent missing_of "$opt"
	check 'tools run from where they are installed' tools_run "$opt"
	check './x install says how pkg-config finds the library' \
		grep -qF "export PKG_CONFIG_PATH=\"$opt/lib/pkgconfig" "$work/install"
	check './x install refuses a relative prefix by name' refused_prefix
	check 'DESTDIR=D ./x install --prefix /usr is as a package has it' packaged
	layouts
	mkdir "$work/fake-meson" && mv "$work/fake/meson" "$work/fake/pip3" "$work/fake-meson/"
	for version in 0.55.0 0.60.3; do
		check "meson $version is too old for ./x" fetches_meson $version
	done
	for version in 0.61.0 0.61.2 0.64.1 1.0.1 1.10.0; do
		check "meson $version is new enough for ./x" refused fetches_meson $version
	done
}

install_opt() {
	"$src/x" install --prefix "$opt" >"$work/install" 2>&1
	result=$?
	cat "$work/install"
	return $result
}

refused_prefix() {
	! "$src/x" install --prefix here/it >"$work/out" 2>&1 && cat "$work/out" && grep -qF "'here/it'" "$work/out"
}

packaged() {
	DESTDIR=$work/dest "$src/x" install --prefix /usr >"$work/out" 2>&1 || { cat "$work/out"; return 1; }
	silent grep '^  export' "$work/out" && grep -qx 'prefix=/usr' "$(find "$work/dest/usr" -name xnvme.pc)" &&
		[ -x "$work/dest/usr/bin/lblk" ] && refused sh -c 'readelf -d "$0" | grep RUNPATH' "$work/dest/usr/bin/lblk"
}

# --- clients --------------------------------------------------------------------------------------

pkg_config_clients() {
	while read -r compiler; do
		# shellcheck disable=SC2046,SC2086 # lists of words
		check "pkg-config: $compiler" client "$work/client" $compiler "$here/client.c" \
			$(flags "$opt") -Wl,-rpath,"$opt/lib"
	done <<'ROWS'
cc -std=c99
cc -std=c11
c++ -std=c++11 -x c++
c++ -std=c++17 -x c++
clang -std=c99
clang++ -std=c++17 -x c++
ROWS
}

static_client() {
	# shellcheck disable=SC2046 # lists of words
	client "$work/client" cc -static "$here/client.c" $(flags "$opt" --static) &&
		refused needs "$work/client" .
}

step_clients() {
	pkg_config_clients
	echo 'int main(void) {return 0;}' >"$work/none.c"
	if cc -static "$work/none.c" -o "$work/none" 2>/dev/null; then
		check 'pkg-config --static: a program without shared libraries' static_client
	else
		skip 'pkg-config --static' 'no static C library'
	fi
	check 'a binding by symbols alone, from Python' run_client "$work/binding"
	check 'every header in every standard with clang' clang_headers
}
printf '#!/bin/sh\nexec python3 "%s" "%s" "$@"\n' "$here/binding.py" "$opt/lib/libxnvme.so.0" >"$work/binding"
chmod +x "$work/binding"

clang_headers() {
	CC=clang sh tests/compat/headers.sh include
}

# --- CMake ----------------------------------------------------------------------------------------

cmake_configures() { # DIR PREFIX VERSION
	cmake -S "$here/cmake" -B "$1" -DCMAKE_PREFIX_PATH="$2" -DWANTED="$3"
}

cmake_clients() { # DIR PREFIX KIND...
	dir=$1 prefix=$2
	shift 2
	cmake_configures "$dir" "$prefix" 0.7 && cmake --build "$dir" || return 1
	for kind in "$@"; do
		run_client "$dir/client_$kind" || return 1
	done
}

cmake_moved() {
	mv "$opt" "$work/moved" || return 1
	cmake_clients "$work/cmake-moved" "$work/moved" xnvme xnvme_static && tools_run "$work/moved"
	result=$?
	mv "$work/moved" "$opt"
	return $result
}

step_cmake() {
	check 'CMake: clients of xnvme::xnvme and xnvme::xnvme_static' \
		cmake_clients "$work/cmake" "$opt" xnvme xnvme_static
	check 'CMake: xnvme::xnvme is the shared library' needs "$work/cmake/client_xnvme" libxnvme.so.0
	check 'CMake: xnvme::xnvme_static is the static one' \
		refused needs "$work/cmake/client_xnvme_static" libxnvme
	for version in 0.7.5 0.8.0 '0.7...<0.9'; do
		check "CMake: find_package(xnvme $version)" cmake_configures "$work/cmake" "$opt" "$version"
	done
	for version in 0.9 1.0 '0.7...<0.8'; do
		check "CMake: find_package(xnvme $version) finds none" \
			refused cmake_configures "$work/cmake" "$opt" "$version"
	done
	check 'CMake and tools: the prefix can be moved' cmake_moved
}

# --- the build directory --------------------------------------------------------------------------

uninstalled_client() {
	# shellcheck disable=SC2046 # lists of words
	client "$work/client" cc -std=c99 "$here/client.c" \
		$(PKG_CONFIG_PATH=build/meson-uninstalled pkg-config --cflags --libs xnvme) \
		-Wl,-rpath,"$top/build/lib"
}

private_headers_seen() {
	for folder in $(PKG_CONFIG_PATH=build/meson-uninstalled pkg-config --cflags-only-I xnvme); do
		for header in $(git ls-files 'lib/*.h' 'cli/*.h' 'tools/*.h') lib/backends/xnvi_config.h; do
			for name in "$header" "${header#*/}" "${header##*/}"; do
				[ ! -e "${folder#-I}/$name" ] || echo "<$name> in ${folder#-I}"
			done
		done
	done
}

step_uninstalled() {
	check 'xnvme-uninstalled: a client' uninstalled_client
	check 'xnvme-uninstalled: no private header' silent private_headers_seen
}

# --- meson ----------------------------------------------------------------------------------------

old_meson() {
	[ "$("$venv/bin/meson" --version 2>/dev/null)" = 0.61.2 ] && return 0
	rm -rf "$venv" && mkdir -p "$cache" && python3 -m venv "$venv" &&
		"$venv/bin/pip" install --quiet 'meson==0.61.2' && [ "$("$venv/bin/meson" --version)" = 0.61.2 ]
}

# liburing as in Ubuntu 22.04
mkdir "$work/pc"
printf 'Name: liburing\nDescription: older\nVersion: 2.1\nLibs: -luring\n' >"$work/pc/liburing.pc"

old_install() {
	PATH="$venv/bin:$PATH" CC=$old_cc PKG_CONFIG_PATH=$work/pc "$work/src61/x" install \
		--prefix "$work/opt61" >"$work/install61" 2>&1
	result=$?
	cat "$work/install61"
	[ "$result" -eq 0 ] && refused grep 'warning:' "$work/src61/build-install/compile.log"
}

old_client() {
	# shellcheck disable=SC2046 # lists of words
	client "$work/client" "$old_cc" -std=c99 "$here/client.c" $(flags "$work/opt61") -Wl,-rpath,"$work/opt61/lib" &&
		refused needs "$work/opt61/lib/libxnvme.so.0" liburing
}

configured_in_full() { # MESON
	"$1" setup "$work/full-${1##*/}" "$src" >"$work/full" 2>&1
	result=$?
	[ $result -eq 0 ] || tail "$work/full"
	refused grep -E 'WARNING|DEPRECATION' "$work/full" && return $result
}

asked_for_uring() {
	! PKG_CONFIG_PATH=$work/pc meson setup "$work/uring" "$src" -Dwith-liburing=enabled >"$work/out" 2>&1 &&
		grep ERROR "$work/out" && grep -q "liburing.*found 2.1.*2.2" "$work/out"
}

step_meson() {
	old_cc=gcc-11
	if ! command -v gcc-11 >/dev/null; then
		skip 'gcc 11' 'this system has no package gcc-11'
		old_cc=cc
	fi
	if old_meson >"$work/venv" 2>&1; then
		check "meson 0.61.2, $old_cc and liburing 2.1: ./x install" old_install
		check 'meson 0.61.2 configures the tests too' configured_in_full "$venv/bin/meson"
		check 'liburing 2.1: the build says that io_uring needs 2.2' \
			grep -q 'io_uring needs liburing >= 2.2' "$work/install61"
		check 'liburing 2.1: a client of the build without io_uring' old_client
	else
		skip 'meson 0.61.2' "$(tail -n 1 "$work/venv")"
	fi
	check 'liburing 2.1: asking for io_uring is an error with both versions' asked_for_uring
	check 'meson of this system warns of nothing' configured_in_full meson
}

# The consumer gets the oldest meson where it is to be had
subproject() {
	meson=meson
	[ ! -x "$venv/bin/meson" ] || meson=$venv/bin/meson
	mkdir -p "$work/consumer/subprojects" && cp "$here/subproject/meson.build" "$here/client.c" "$work/consumer/" &&
		mv "$work/src61" "$work/consumer/subprojects/xnvme" && cd "$work/consumer" &&
		"$meson" setup build --wrap-mode=forcefallback && ninja -C build
	result=$?
	cd "$top" || exit 99
	return $result
}

extra_targets() {
	ninja -C "$work/consumer/build" -t targets all | grep -E '^subprojects/xnvme/(tools|tests|examples|man|completions)/'
}

step_subproject() {
	check "subproject: dependency('xnvme', fallback: 'xnvme')" subproject
	for name in client client_static client_shared; do
		check "subproject: $name runs" run_client "$work/consumer/build/$name"
	done
	check 'subproject: static: false links the shared library' \
		needs "$work/consumer/build/client_shared" libxnvme.so.0
	check 'subproject: static: true links the static one' \
		refused needs "$work/consumer/build/client_static" libxnvme
	check 'subproject: no tools, tests or examples' silent extra_targets
}

# --- distributions --------------------------------------------------------------------------------

static_only() {
	CFLAGS=-U_FORTIFY_SOURCE build_and_install static -Ddefault_library=static --unity=on &&
		silent find "$work/static" -name '*.so*'
}

# As dpkg-buildflags has it
shared_only() {
	CFLAGS='-g -O2 -fstack-protector-strong -fcf-protection' CPPFLAGS='-Wdate-time -D_FORTIFY_SOURCE=2' \
		LDFLAGS=-Wl,-z,relro build_and_install shared -Ddefault_library=shared --buildtype=plain -Dtools=false &&
		silent find "$work/shared" -name '*.a'
}

client_of() { # PREFIX
	# shellcheck disable=SC2046 # lists of words
	client "$work/client" cc "$here/client.c" $(flags "$1") -Wl,-rpath,"$1/lib"
}

checked_functions() { # LIBRARY
	nm -A "$@" 2>/dev/null | grep -E ' U __[a-z]+_chk(@|$)'
}

# One file is enough to see a second definition
defines_it_once() { # FLAGS
	rm -rf "$work/flags"
	CFLAGS=$1 meson setup "$work/flags" "$src" -Dwerror=true -Dtests=false &&
		ninja -C "$work/flags" lib/libxnvi_objects.a.p/core_cmd.c.o
}

fortified() {
	level=$(echo '#include <features.h>' | cc -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -dM -E - 2>/dev/null |
		awk '$2 == "__USE_FORTIFY_LEVEL" {print $3}')
	[ "$level" = 3 ] || level=2
	grep -q -- "-D_FORTIFY_SOURCE=$level " build/compile_commands.json &&
		[ -n "$(checked_functions -D build/lib/libxnvme.so)" ]
}

step_distributions() {
	check '-Ddefault_library=static --unity=on installs the static library alone' static_only
	check 'the static library alone: a client by pkg-config' client_of "$work/static"
	check 'the static library alone: a client by CMake' cmake_clients "$work/cmake-static" "$work/static" xnvme
	check 'the static library alone: tools run' tools_run "$work/static"
	check 'a distribution turns _FORTIFY_SOURCE off' silent checked_functions "$work/static/lib/libxnvme.a"
	check "-Ddefault_library=shared and Debian's flags install the shared library alone" shared_only
	check 'the shared library alone: a client by pkg-config' client_of "$work/shared"
	while read -r flags; do
		check "_FORTIFY_SOURCE is not defined twice beside $flags" defines_it_once "$flags"
	done <<'ROWS'
-O2 -D_FORTIFY_SOURCE=2
-O2 -Wp,-D_FORTIFY_SOURCE=3
-O2 -Wp,-U_FORTIFY_SOURCE -Wp,-D_FORTIFY_SOURCE=3
ROWS
	check '_FORTIFY_SOURCE is the highest that compiler and C library have' fortified
}

step_hardening() {
	title='CET and zeroed variables cost at most 2 % instructions per command'
	python3 -B "$here/hardening.py" "$work/plain" >"$work/figures" 2>&1
	result=$?
	sed 's/^/# /' "$work/figures"
	if [ $result -eq 77 ]; then
		skip "$title" "$(tail -n 1 "$work/figures")"
	else
		check "$title" [ $result -eq 0 ]
	fi
}

# --- the steps ------------------------------------------------------------------------------------

# Downloads on its first run, while the rest goes on
begin_minimal() {
	setsid sh "$here/chroot.sh" "$work/src-chroot" "$work/chroot" >"$work/chroot.tap" 2>"$work/chroot.err" &
	chroot_pid=$!
}

step_minimal() {
	wait "$chroot_pid" || failed=1
	chroot_pid=
	cat "$work/chroot.tap"
	sed 's/^/# chroot: /' "$work/chroot.err"
}

# clients and cmake take what install has installed
steps=${*:-install clients cmake uninstalled meson subproject distributions hardening minimal}
: >"$work/chroot.tap"
case " $steps " in
*' minimal '*) begin_minimal ;;
esac
for step in $steps; do
	"step_$step"
done
echo "1..$((count + $(grep -cE '^(not )?ok ' "$work/chroot.tap")))"
exit $failed
