#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Every program of the bench runs 1000 commands without an error: smoke.sh PROGRAM
bench=$1
file=$(mktemp) || exit 99
trap 'rm -f "$file"' EXIT
head -c 4194304 /dev/zero >"$file"

count=0
failed=0
check() {
	count=$((count + 1))
	if "$bench" "$@" >/dev/null 2>&1; then
		echo "ok $count - $*"
	else
		echo "not ok $count - $*"
		failed=1
	fi
}

for path in nil emu nil:pread nil:pass nil:iov1 nil:iov4 nil:passv1 nil:passv4 hole thrpool submit poke-emu \
	poke-thrpool floor-nil floor-move floor-plain floor-poke floor-pool; do
	check count $path ram:4M 512 16 1000
done
for path in nil emu emu:pread emu:pass emu:iov4 emu:passv4 thrpool posix sync poke-posix floor-move floor-plain \
	floor-aio floor-pool; do
	check count $path "$file" 4096 16 1000
done
for name in uring libaio; do
	"$bench" has "floor-$name" || continue
	case $name in
	uring) paths='floor-uring io_uring io_uring:pread io_uring:pass io_uring:iov4 io_uring:passv4 buffers sqpoll poke-io_uring' ;;
	*) paths='floor-libaio libaio libaio:pread libaio:pass libaio:iov4 libaio:passv4 poke-libaio' ;;
	esac
	for path in $paths; do
		check count "$path" "$file" 4096 16 1000
	done
done
check time emu floor-move ram:4M 512 16 1 1
check once emu:pass ram:4M 512 16 1
check scale emu ram:4M 512 16 1 1
check cost open "$file" 0
check cost queue "$file" 0
check cost fresh ram:4M 8
check cost devices ram:4M 20
check cost queues ram:4M 20
! "$bench" has floor-libaio || check cost aio "$file" 2
check build
echo "1..$count"
exit $failed
