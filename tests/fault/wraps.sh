#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Every function that the library takes from libc is either made to fail by tests/fault, or cannot
# fail in a way that anyone could act on: wraps.sh LIBRARY WRAPPED ...
set -eu

lib=$1
shift

# Nothing to act on: memory and text, output that the printers check by ferror(), locks that are
# already made, clocks, ends of things, entries of an open folder, questions
cannot_fail='
_GLOBAL_OFFSET_TABLE_ access aio_cancel64 clearerr clock_gettime close closedir fchown fcntl64 ferror fflush fprintf fputc fputs fwrite geteuid
io_destroy io_uring_queue_exit io_uring_unregister_files munmap nanosleep printf putchar puts pthread_cond_broadcast pthread_cond_destroy pthread_cond_signal
pthread_cond_timedwait pthread_cond_wait pthread_detach pthread_condattr_destroy
pthread_mutex_destroy pthread_mutex_lock pthread_mutex_unlock pthread_once pthread_setname_np
fstatfs64 pthread_sigmask qsort readdir64 readlink sched_yield secure_getenv sigfillset snprintf stderr stdout sysconf
unlink vfprintf vsnprintf
'

# How an event is cleared without waiting: the second where the first cannot be had
cannot_fail="$cannot_fail poll preadv64v2"

# Where the name of a holder is read: without it the words say less
cannot_fail="$cannot_fail fclose fopen64 getline"

# The list of drivers, for the words about a node without a device; and what keeps the page cache of a
# block node coherent, where a failure leaves things as they were
cannot_fail="$cannot_fail fgets posix_fadvise64 sync_file_range"

# The size of an allocation
cannot_fail="$cannot_fail malloc_usable_size"

# Asked for NVMe nodes of the kernel only, which no scenario has: their refusals are the guest's to show
cannot_fail="$cannot_fail io_uring_free_probe io_uring_get_probe"

# A hint, or memory is cleared by hand: tests/unit/target_fault
cannot_fail="$cannot_fail madvise"

case $lib in
*.a) ;;
*) echo "Bail out! $lib is not a static library"; exit 1 ;;
esac

# Failing in tests/unit/linux_hugepage, which has the huge pages that this takes
elsewhere='memfd_create mkostemp64 statfs64'

missing=
for name in $(nm -u "$lib" 2>/dev/null | sed -n 's/^ *U //p' | sort -u); do
	# Fortified functions are the same functions
	plain=$(printf '%s' "$name" | sed 's/^__\(.*\)_chk$/\1/')
	case " $(printf '%s ' $cannot_fail $elsewhere "$@")" in
	*" $plain "*) continue ;;
	esac
	case $plain in
	xnv* | str* | mem* | tolower | gnu_dev_* | __asan* | __ubsan* | __tsan* | __lsan* | __gcov* | __*) continue ;;
	esac
	missing="$missing $plain"
done
if [ -n "$missing" ]; then
	echo "# neither made to fail nor listed as harmless:$missing"
	echo "not ok 1 - every function of libc is accounted for"
	echo "1..1"
	exit 1
fi
echo "ok 1 - every function of libc is accounted for"
echo "1..1"
