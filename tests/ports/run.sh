#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The library on other processors, with 32 bits and with another C library: all of it compiles
# without a warning, and the unit and conformance tests pass. Needs the packages of ./x test --only
# ports. Prints TAP. Builds are in build-ports/NAME.
#
# What qemu-user does not have (io_uring, libaio, NVMe ioctls, seccomp, huge pages) the tests look
# for by themselves, and skip with a reason. i386 also runs without it, where the kernel does that.
# The files that need liburing or libaio are compiled.
set -u
export LC_ALL=C
cd "$(dirname "$0")/../.." || exit 99
top=$PWD
ports=$top/build-ports
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
# Emulation is slow, and all run at once beside whatever else the machine does
patience=6
unset CC CFLAGS CPPFLAGS LDFLAGS PKG_CONFIG_PATH

# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh

# A native file of meson: musl, and the kernel's headers without the C library that they are beside
musl_file() {
	mkdir -p "$ports/kernel"
	for folder in linux asm-generic "$(gcc -print-multiarch)/asm"; do
		ln -sfn "/usr/include/$folder" "$ports/kernel/${folder##*/}"
	done
	printf '%s\n' '[binaries]' "c = ['musl-gcc', '-idirafter', '$ports/kernel']" >"$ports/musl.ini"
}

# Headers of this machine's packages: nothing is linked with the libraries
library_headers() {
	mkdir -p "$ports/headers"
	for header in liburing.h liburing libaio.h; do
		ln -sfn "/usr/include/$header" "$ports/headers/$header"
	done
}

configure() { # NAME
	file=--cross-file=tests/ports/$1.ini
	[ "$1" != musl ] || file=--native-file=$ports/musl.ini
	[ -f "$ports/$1/build.ninja" ] ||
		meson setup "$ports/$1" "$file" -Dwerror=true \
			-Dwith-liburing=disabled -Dwith-libaio=disabled
}

# compile_alone NAME FILE...: with the flags of a file that is part of the build
compile_alone() (
	cd "$ports/$1" || exit
	flags=$(sed -n 's/ *"command": "\(.*\) -MD .*backends_linux_dev\.c\.o.*/\1/p' compile_commands.json)
	[ -n "$flags" ] || { echo 'the flags of linux/dev.c are not known'; exit 1; }
	shift
	for file in "$@"; do
		# shellcheck disable=SC2086 # words
		$flags -isystem "$ports/headers" -c "$top/lib/backends/linux/$file" -o /dev/null || exit
	done
)

library_files() { # NAME HEADER FILE...
	port=$1
	header=$2
	shift 2
	if [ -e "$ports/headers/$header" ]; then
		check "$port: $* compile" "$ports/$port.alone.log" compile_alone "$port" "$@"
	else
		say ok "$port: $* compile # SKIP $header is not installed"
	fi
}

build() { # NAME
	check "$1: meson configures it" "$ports/$1.setup.log" configure "$1" &&
		check "$1: library, tools and tests compile without a warning" "$ports/$1.log" \
			ninja -C "$ports/$1" -j "$jobs"
}

# emulator_of NAME: what runs programs of the port, as in its cross file; a test starts itself by it
emulator_of() {
	case $1 in
	arm64) set -- qemu-aarch64-static aarch64-linux-gnu ;;
	i386) set -- qemu-i386-static i686-linux-gnu ;;
	*) return ;;
	esac
	echo "$1 -L /usr/$2 -E LD_LIBRARY_PATH=/usr/$2/lib"
}

# run NAME: one program at a time; the TAP is in a log of meson's
run() {
	XNVT_WRAPPER=$(emulator_of "$1")
	export XNVT_WRAPPER
	rm -f "$ports/$1/meson-logs/testlog.txt"
	exec meson test -C "$ports/$1" --no-rebuild --num-processes 1 --timeout-multiplier "$patience" \
		--suite unit --suite conformance --suite ports >"$ports/$1.test.log" 2>&1
}

# By the loader of the port: this machine need not have one
loader=/usr/i686-linux-gnu/lib/ld-linux.so.2
run_i386() {
	bad=0
	XNVT_WRAPPER="$loader --library-path ${loader%/*}:$ports/i386/lib"
	export XNVT_WRAPPER
	trap 'kill "${running-}" 2>/dev/null; exit 143' TERM
	for program in "$ports"/i386/tests/unit/unit_* "$ports/i386/tests/conformance/conformance"; do
		[ -f "$program" ] || continue
		echo "# ${program##*/}"
		args=
		[ "${program##*/}" != conformance ] || args='--timeout 60'
		# shellcheck disable=SC2086 # words
		timeout $((patience * 300)) "$loader" --library-path "${loader%/*}:$ports/i386/lib" \
			"$program" $args &
		running=$!
		wait "$running" && continue
		echo "FAILED ${program##*/}: exit status $?"
		bad=1
	done >"$ports/i386-alone.log" 2>&1
	return $bad
}

# results NAME STATUS TAP SUMMARY: what every program said, by the name of the port
results() {
	sed -n -E "s/^((not )?ok) [0-9]+ - (.*)/\1 - $1: \3/p; s/^(#.*)/\1/p" "$3"
	if [ "$2" -eq 0 ]; then
		say ok "$1: unit and conformance tests pass"
	else
		say 'not ok' "$1: unit and conformance tests pass"
		grep -E '^[ 0-9]+/[0-9]+ |^FAILED' "$4" | grep -v ' OK ' | sed 's/^/# /'
	fi
}

# What a port cannot be built and run without
needs() { # NAME
	case $1 in
	arm64) triplet=aarch64-linux-gnu emulator=/usr/bin/qemu-aarch64-static ;;
	i386) triplet=i686-linux-gnu emulator=/usr/bin/qemu-i386-static ;;
	*)
		echo /usr/bin/musl-gcc
		return
		;;
	esac
	echo "/usr/bin/$triplet-gcc /usr/$triplet/include/stdio.h $emulator"
}

has() { # NAME
	for file in $(needs "$1"); do
		[ -e "$file" ] || { say ok "$1: not run # SKIP there is no $file"; return 1; }
	done
}

mkdir -p "$ports"
musl_file
library_headers
built=
for port in arm64 i386 musl; do
	if ! has $port || ! build $port; then
		continue
	fi
	built="$built $port"
	library_files $port liburing.h async_io_uring.c async_io_uring_cmd.c uring_bufs.c
	library_files $port libaio.h aio_context.c async_libaio.c
done
alone=
pids=
# shellcheck disable=SC2086 # words
trap 'kill $pids 2>/dev/null; exit 143' INT TERM
case $built in
*i386*)
	if "$loader" --version >/dev/null 2>&1; then
		run_i386 &
		alone=$!
		pids=$alone
	else
		say ok 'i386 without emulator: not run # SKIP the kernel does not run i386 programs'
	fi
	;;
esac
for port in $built; do
	run "$port" &
	eval "pid_$port=$!"
	pids="$pids $!"
done
for port in $built; do
	eval "wait \"\$pid_$port\""
	results "$port" $? "$ports/$port/meson-logs/testlog.txt" "$ports/$port.test.log"
done
if [ -n "$alone" ]; then
	wait "$alone"
	results 'i386 without emulator' $? "$ports/i386-alone.log" "$ports/i386-alone.log"
fi
echo "1..$count"
exit $failed
