#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Lengths and offsets that 32 bits do not hold. Runs on other hosts too, by the wrapper of the build.
# shellcheck source=tests/tools/lib.sh
. "$(dirname "$0")/lib.sh"

lblk() { ${MESON_EXE_WRAPPER-} "$TOOLS_DIR/lblk" "$@"; }
xdd() { ${MESON_EXE_WRAPPER-} "$TOOLS_DIR/xdd" "$@"; }
xnvme_file() { ${MESON_EXE_WRAPPER-} "$TOOLS_DIR/xnvme_file" "$@"; }

# Sparse, and with a word beyond 4 GiB
truncate -s 3G three
truncate -s 5G five
printf 'here' | dd of=five bs=1 seek=4294967300 conv=notrunc 2>/dev/null

for pair in three:3221225472 five:5368709120; do
	expect 1 lblk write 1GB --slba 0x0 --nlb 0 --data-input "${pair%:*}"
	says .err "holds ${pair#*:} bytes, 512 are needed"
done

expect 0 xdd sync --data-input five --data-output out --data-nbytes 4 --offset 4294967300
printf 'here' | cmp -s - out
report $? "the bytes at an offset beyond 4 GiB are those that are there"

# The fifth byte of a program says how many bits it has
name="commands of 4 GiB are refused where memory has no room for them"
if [ "$(od -An -t u1 -j 4 -N 1 "$TOOLS_DIR/xnvme_file" | tr -d ' ')" = 2 ]; then
	skip "$name" "64-bit hosts have room"
else
	expect 1 xnvme_file dump-sync-iovec dst --data-nbytes 1000 --iosize 1G --vec-cnt 4
	says .err "--iosize x --vec-cnt is 4294967296 bytes for one command"
fi

finish
