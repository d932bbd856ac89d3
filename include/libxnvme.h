// SPDX-License-Identifier: BSD-3-Clause
/**
 * libxnvme: one interface to NVMe namespaces, block devices, files and memory
 *
 * This header includes all the others. Read these rules first; each header has the details.
 *
 * Threads
 *
 *  - A device may be used by any number of threads at once. Two functions are exceptions:
 *    xnvme_dev_derive_geo() needs a device without commands in flight, and after xnvme_dev_close()
 *    only the queues that are still live on the device may be used.
 *  - A queue and its contexts are used by one thread at a time. The library does not lock them. A
 *    queue may move to another thread, as long as no two threads use it at once.
 *  - A context of a device (xnvme_cmd_ctx_from_dev()) belongs to one thread at a time.
 *  - A buffer may be allocated in one thread and freed in another.
 *  - xnvme_err_last() and errno belong to the calling thread.
 *
 * Callbacks
 *
 *  - A callback runs inside xnvme_queue_poke(), xnvme_queue_drain(), xnvme_queue_wait() or
 *    xnvme_queue_term(), in the thread that called it. Submitting a command never calls back, and
 *    no thread of the library ever does.
 *  - A callback may get, submit and put contexts. It must not poke, drain or terminate the queue
 *    that called it: that is -EDEADLK. It has to return: do not leave it by longjmp(3) or by an
 *    exception.
 *  - A command that was accepted (submitting it returned 0) is called back exactly once. A command
 *    that was refused is never called back.
 *
 * Buffers
 *
 *  - Data, metadata and arrays of vectors belong to the command from its submission to its
 *    callback. Do not change or free them in between.
 *  - A command that does not complete in time is called back with -ETIMEDOUT, and the system may
 *    still write to its memory afterwards. See "Time limits" in libxnvme_queue.h.
 *  - With opts.direct, the system wants addresses, offsets and lengths that are aligned to the LBA
 *    size. xnvme_buf_alloc() aligns to a page.
 *
 * Descriptors
 *
 *  - A program that the process executes does not inherit descriptors and handles of the library.
 *    On POSIX systems the descriptors are never below 3. The process must not close them, for
 *    example by closing all descriptors when it becomes a daemon.
 *  - The descriptor of xnvme_queue_get_completion_fd() belongs to its queue: read it or wait for
 *    it, but do not close it and do not write to it.
 *
 * fork(2), on POSIX systems
 *
 *  - A child cannot use the queues of its parent: submitting, poking, draining and asking for the
 *    descriptor are -EOWNERDEAD. Terminating such a queue in the child frees memory and leaves the
 *    commands of the parent alone.
 *  - A child gets -EOWNERDEAD for every command to a device in memory that has an image (`path`).
 *    A device in memory without an image is copied: afterwards parent and child do not see what the
 *    other writes. Buffers of the interface `hugepage` are shared between them.
 *  - A process with several threads should only call exec(3) in the child. Another thread may hold
 *    a lock of the library or of the C library while the process is copied.
 *
 * Signals
 *
 *  - The library installs no handlers, and its threads block all signals.
 */
#ifndef __LIBXNVME_H
#define __LIBXNVME_H

/* Programs for 0.7.5 rely on these coming with this header */
#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

#include <libxnvme_iovec.h>
#include <libxnvme_util.h>
#include <libxnvme_opts.h>
#include <libxnvme_geo.h>
#include <libxnvme_ident.h>
#include <libxnvme_spec.h>
#include <libxnvme_spec_fs.h>
#include <libxnvme_dev.h>
#include <libxnvme_be.h>
#include <libxnvme_buf.h>
#include <libxnvme_mem.h>
#include <libxnvme_queue.h>
#include <libxnvme_cmd.h>
#include <libxnvme_err.h>
#include <libxnvme_caps.h>
#include <libxnvme_spec_pp.h>
#include <libxnvme_pp.h>
#include <libxnvme_lba.h>
#include <libxnvme_ver.h>
#include <libxnvme_file.h>
#include <libxnvme_adm.h>
#include <libxnvme_nvm.h>
#include <libxnvme_kvs.h>
#include <libxnvme_znd.h>
#include <libxnvme_topology.h>
#include <libxnvme_libconf.h>
#include <libxnvme_scan.h>
#include <libxnvme_cli.h>
#include <libxnvme_pi.h>

#endif /* __LIBXNVME_H */
