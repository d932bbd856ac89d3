// SPDX-License-Identifier: BSD-3-Clause
/**
 * Demo: write a file through every interface of this machine, read it back through another one
 *
 * media.c makes the devices. rows.c asks xnvme_dev_probe() which interfaces can serve them, and
 * fills in a row for each. run.c does the I/O, trace.c counts system calls, report.c and html.c
 * print the rows.
 */
#ifndef DEMO_SHARED_H
#define DEMO_SHARED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <libxnvme.h>

#define DEMO_IO_NBYTES	    4096U
#define DEMO_COPY_NBYTES    65536U
#define DEMO_QDEPTH	    16U
#define DEMO_REGION_NBYTES  (1U << 20)
#define DEMO_CONTENT_NBYTES (256U << 20)
#define DEMO_ROWS_MAX	    64
#define DEMO_NMEDIA	    3

/** Content of a file in memory, filled up with zeroes to `region_nbytes` */
struct demo_content {
	const char *path;
	uint8_t *data;
	size_t nbytes;
	size_t file_nbytes;   ///< Size of the file, of which at most DEMO_CONTENT_NBYTES are used
	size_t region_nbytes; ///< Bytes to write: whole blocks, and enough to measure on
	uint32_t crc;
};

/** A device to write to */
struct demo_medium {
	const char *name;
	char uri[XNVME_IDENT_URI_LEN];
	char why[256]; ///< Why it could not be made; empty when it was
	char remedy[256];
	int fd;			///< Descriptor that keeps the loop device attached; -1 for others
	struct xnvme_dev *keep; ///< Keeps the in-memory device alive; NULL for others
};

/** A way to a medium: over a queue, or one command at a time when `async` is NULL */
struct demo_iface {
	char be[32];
	char id[32];
	bool sync;
};

/** An open interface */
struct demo_path {
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	uint32_t nsid;
	uint32_t lba_nbytes;
	uint64_t ncompleted;
	int err; ///< Errno of the first command that failed
};

/** Commands to run; block numbers rise by `stride` commands, modulo the region */
struct demo_load {
	bool write;
	uint32_t qdepth;
	uint32_t io_nbytes;
	uint64_t stride;
	uint64_t ncmds;
	uint64_t limit_ns;
	uint8_t *buf; ///< Buffer as long as the region; each block has its place in it
	size_t region_nbytes;
};

enum demo_state {
	DEMO_VERIFIED = 0,
	DEMO_MISMATCH,
	DEMO_FAILED,
	DEMO_NO_DATA,	  ///< The interface moves no data, by design
	DEMO_UNAVAILABLE, ///< It could not be opened; `why` says why
	DEMO_STATE_COUNT,
};

struct demo_row {
	const struct demo_medium *medium;
	struct demo_iface iface;
	enum demo_state state;
	char reader[32];
	char why[256];
	char remedy[256];
	uint32_t crc;
	double iops;
	double p50_ns;
	double p99_ns;
	double user_ns; ///< CPU time per command
	double kernel_ns;
	bool has_syscalls;
	double syscalls;
	char syscalls_why[128];
};

struct demo {
	struct demo_content content;
	struct demo_medium media[DEMO_NMEDIA];
	struct demo_row rows[DEMO_ROWS_MAX];
	size_t nrows;
	size_t counts[DEMO_STATE_COUNT];
	bool corrupt;
	double seconds;
};

/** Name of a state, for the table and for report.json */
const char *demo_state_name(enum demo_state state);

/* --- media.c ---------------------------------------------------------------------------------- */

/** Make all media; `why` of a medium says why it could not be made */
void demo_media_init(struct demo *demo);

void demo_media_term(struct demo *demo);

/** Remove the files; safe in signal handlers */
void demo_media_abort(void);

/* --- run.c ------------------------------------------------------------------------------------ */

uint32_t demo_crc32c(const void *data, size_t nbytes);

uint64_t demo_now_ns(void);

/** Open an interface; 0 or a negative errno with xnvme_err_last() set */
int demo_path_open(struct demo_path *path, const char *uri, const struct demo_iface *iface);

void demo_path_close(struct demo_path *path);

/** Run commands at a depth until there are no more or the time is over; 0 or a negative errno */
int demo_run(struct demo_path *path, const struct demo_load *load);

/** Run commands one by one and note how long each takes; the number of them or a negative errno */
int demo_run_latency(struct demo_path *path, const struct demo_load *load, uint32_t *lat_ns);

/* --- trace.c ---------------------------------------------------------------------------------- */

/** Mark a place between which system calls are counted; only in the function of demo_trace() */
void demo_trace_mark(void);

/**
 * Run a function in a child process and count the system calls of all its threads
 *
 * @param func Calls demo_trace_mark() three times: twice in a row to measure the marks, then after
 * its work; returns 0 or a negative errno
 * @param nsyscalls Set to the number of system calls between the last two marks
 *
 * @return 0, or a negative errno with a reason in `why`
 */
int demo_trace(int (*func)(void *), void *arg, uint64_t *nsyscalls, char *why, size_t why_nbytes);

/* --- rows.c ----------------------------------------------------------------------------------- */

/** Find out what can serve a medium: one row each */
int demo_rows_find(struct demo *demo, const struct demo_medium *medium);

/** Add and print a row for each backend that this build does not have */
int demo_rows_find_missing(struct demo *demo);

/**
 * Count the system calls per command of every row
 *
 * Call it before any I/O in this process. The helper threads of the C library's aio do not survive
 * fork(2), but its records of them do, and then commands wait for ever.
 */
void demo_rows_count_syscalls(struct demo *demo);

/** Write, read back, measure: fill in the rows of a medium */
int demo_rows_run(struct demo *demo, const struct demo_medium *medium);

/* --- report.c, html.c ------------------------------------------------------------------------- */

/** Put a number with three digits and a prefix into `text`, as in 1.23M */
const char *demo_si(char *text, size_t nbytes, double value);

/** Put a time into `text`, as in 12.3 us */
const char *demo_time(char *text, size_t nbytes, double ns);

void demo_print_head(const struct demo *demo);

void demo_print_row(const struct demo_row *row);

void demo_print_end(const struct demo *demo);

int demo_write_json(const struct demo *demo, FILE *stream);

int demo_write_html(const struct demo *demo, FILE *stream);

#endif /* DEMO_SHARED_H */
