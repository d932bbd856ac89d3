// SPDX-License-Identifier: BSD-3-Clause
/**
 * Conformance: one contract, every row and every device
 *
 * A row is a device with one backend and one async interface. A case is a named function that gets
 * a row and runs in a process of its own: the first check that fails writes why and ends it, from
 * whatever thread. Cases use the public interface only, so that they also run on backends that only
 * other machines have.
 */
#ifndef XNVT_CONF_H
#define XNVT_CONF_H

#include <errno.h>
#include <libxnvme.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <support/sys.h>

#define KIB (1024ULL)
#define MIB (1024ULL * KIB)

/** Size of the devices that are made here */
#define CONF_DEV_NBYTES (64 * MIB)

#define SCT_GENERIC	    0x0
#define SC_INVALID_OPCODE   0x01
#define SC_INVALID_FIELD    0x02
#define SC_FDP_DISABLED	    0x29
#define SC_LBA_OUT_OF_RANGE 0x80
#define SCT_COMMAND	    0x1
#define SCT_MEDIA	    0x2
#define SC_UNRECOVERED_READ 0x81
#define SC_COMPARE_FAILURE  0x85
#define SCT_HOST	    0x7
#define OPC_UNKNOWN	    0x7e
#define OPC_VERIFY	    0x0c
#define CONF_MAX_ROWS	    256
#define CONF_MAX_DEVS	    32

/** One device to run on */
struct conf_dev {
	char label[32];
	char uri[384];
	char path[384];		///< Of a file, which is emptied before every case; "" of a device
	bool is_file;		///< Bytes, with an end that moves
	bool has_controller;	///< Admin commands reach a controller, which judges opcodes
	bool in_memory;		///< The controller is ours: its details are known
	bool has_uncorrectable; ///< The controller has Write Uncorrectable
	bool zoned;		///< Writes go to the write pointer of a zone
	bool appends;		///< ... and Zone Append takes data there
	bool extended;		///< LBAs hold their metadata
	bool tuple;		///< Metadata is the protection information alone
	bool metadata;		///< Metadata has a buffer of its own
	bool copies_fmt_zero;	///< Copy takes descriptor format 0
	bool is_loop;		///< A loop device that was made here
	bool shared;		///< A second open of the URI reaches the same data
	uint32_t lba_nbytes;	///< Of an LBA in a buffer
	uint64_t nlbas;
};

/** A device with one backend and one async interface */
struct conf_row {
	const struct conf_dev *dev; ///< NULL for cases of the library as a whole
	char label[64];
	char be[16];
	char async[24]; ///< "" where the case has no queue
	char sync[24];
	char admin[24];
	char mem[24];
	bool moves_data;
	bool blind; ///< The sanitizer of this build does not know the threads of the row
};

/** How often a case runs */
enum conf_scope {
	SCOPE_ROW = 0, ///< On every row
	SCOPE_DEV,     ///< Once per device
	SCOPE_ONCE,    ///< Once
};

/** What a case needs of its row: the only reasons to skip */
enum conf_needs {
	NEED_DATA = 0x01,	///< The row moves data
	NEED_FILE = 0x02,	///< The device is a file
	NEED_CONTROLLER = 0x04, ///< A controller judges the commands
	NEED_NO_CONTROLLER = 0x08,
	NEED_SHARED = 0x10,		///< Two opens reach the same data
	NEED_MOUNT = 0x20,		///< The system lets this process mount a small file system
	NEED_THREADS_AFTER_FORK = 0x40, ///< Threads may start in a child of a process with threads
	NEED_UNCORRECTABLE = 0x80,	///< The controller has Write Uncorrectable
	NEED_FMT_ZERO = 0x100,		///< Copy takes descriptor format 0
	NEED_ZONED = 0x200,		///< The namespace is zoned
	NEED_APPEND = 0x20000,		///< Zone Append can be had
	NEED_METADATA = 0x400,		///< Metadata has a buffer of its own
	NEED_EXTENDED = 0x800,		///< LBAs hold their metadata
	NEED_LBAS = 0x1000,		///< Any LBA can be written, and LBAs hold data only
	NEED_NO_METADATA = 0x4000000,	///< There is no metadata, so no protection information
	NEED_FUSE = 0x2000,		///< The system lets this process serve a file system
	NEED_LOOP = 0x4000,		///< The device is a loop device that was made here
	NEED_IMMUTABLE = 0x8000,	///< The system lets this process make a file immutable
	NEED_ROOT = 0x10000,		///< This process may become another user
	NEED_TUPLE = 0x800000,		///< Metadata is the protection information alone
	NEED_OWN_MEDIUM = 0x40000,	///< What holds the data can be a file of the test
	NEED_IN_MEMORY = 0x80000,	///< The device is the library's own, and can have an image
	NEED_EXT4 = 0x1000000,		///< This process may make and mount an ext4 file system
	NEED_XFS = 0x2000000,		///< ... an XFS file system
	NEED_SIZE64 = 0x20000000,	///< Memory is counted in 64 bits
	NEED_SECCOMP = 0x8000000,	///< The system lets this process forbid itself system calls
	NEED_SIGNALS = 0x10000000,	///< A signal's handler returns to its own thread
	NEED_FORK = 0x200000,		///< The system can copy a process
	NEED_LIMITS = 0x400000,		///< A process can limit its own descriptors and files
	NEED_NODES = 0x40000000,	///< A path can name a pipe or a device
	NEED_FILES = 0x80000000,	///< The build has a backend for files
	NEED_USER_THREADS = 0x100000, ///< Threads of this process, one by one, execute the commands
};

struct conf_case {
	const char *name; ///< The behaviour; NULL ends a table
	void (*func)(const struct conf_row *row);
	enum conf_scope scope;
	unsigned needs; ///< Set of enum conf_needs
};

#define CONF_CASE(func, scope, needs)                                                              \
	{                                                                                          \
#func, func, scope, needs                                                          \
	}

extern const struct conf_case conf_cases_args[];
extern const struct conf_case conf_cases_batch[];
extern const struct conf_case conf_cases_bufs[];
extern const struct conf_case conf_cases_data[];
extern const struct conf_case conf_cases_entry[];
extern const struct conf_case conf_cases_error[];
extern const struct conf_case conf_cases_fd[];
extern const struct conf_case conf_cases_file[];
extern const struct conf_case conf_cases_fork[];
extern const struct conf_case conf_cases_lifecycle[];
extern const struct conf_case conf_cases_nvm[];
extern const struct conf_case conf_cases_meta[];
extern const struct conf_case conf_cases_opts[];
extern const struct conf_case conf_cases_queue[];
extern const struct conf_case conf_cases_random[];
extern const struct conf_case conf_cases_threads[];
extern const struct conf_case conf_cases_uri[];
extern const struct conf_case conf_cases_wait[];
extern const struct conf_case conf_cases_znd[];

/** What the command line and the system say */
struct conf_env {
	char dir[256]; ///< Folder for files, removed at the end
	char **argv;   ///< Arguments of the program
	uint64_t seed;
	unsigned timeout_s;
	unsigned nrounds; ///< Of the cases that look for what happens now and then
	unsigned can;	  ///< Set of enum conf_needs that are the system's to grant
	bool under_tsan;
};
extern struct conf_env conf_env;

/* --- run.c: checks ---------------------------------------------------------------------------- */

/** Write why, and end the process of the case */
void conf_fail(const char *file, int line, const char *format, ...)
    __attribute__((format(XNVI_PRINTF, 3, 4), noreturn));

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			conf_fail(__FILE__, __LINE__, "%s", #cond);                                \
		}                                                                                  \
	} while (0)

/** Integers of any type up to 64 bits */
#define EQ(actual, expected)                                                                       \
	do {                                                                                       \
		const long long actual_ = (long long)(actual);                                     \
		const long long expected_ = (long long)(expected);                                 \
		if (actual_ != expected_) {                                                        \
			conf_fail(__FILE__, __LINE__, "%s: is %lld (0x%llx), expected %lld",       \
				  #actual, actual_, (unsigned long long)actual_, expected_);       \
		}                                                                                  \
	} while (0)

#define SAME(actual, expected, nbytes)                                                             \
	do {                                                                                       \
		const size_t diff_ = conf_first_diff((actual), (expected), (nbytes));              \
		if (diff_ != SIZE_MAX) {                                                           \
			conf_fail(__FILE__, __LINE__, "%s differs from %s at byte %zu", #actual,   \
				  #expected, diff_);                                               \
		}                                                                                  \
	} while (0)

/** Index of the first byte that differs, SIZE_MAX when none does */
size_t conf_first_diff(const void *a, const void *b, size_t nbytes);

/** Run one case in this process, which has been started for it */
_Noreturn void conf_run_here(const struct conf_case *cas, const struct conf_row *row);

/** Run one case in its own process; true when it passed, else `why` says why not */
bool conf_run(const struct conf_case *cas, const struct conf_row *row, char *why,
	      size_t why_nbytes);

/**
 * Open a device in another run of this program, and close it
 *
 * @param words The error of that run, when there is one
 *
 * @return 0 when it opened, or the negative errno
 */
int conf_open_elsewhere(const char *uri, bool rdonly, struct xnvme_err *words);

/** What that other run does: open the device, and write down how it went */
int conf_open_here(const char *uri, bool rdonly);

/** First argument of that other run; the URI and "0" or "1" follow */
#define CONF_ELSEWHERE "--elsewhere"

/* --- rows.c ----------------------------------------------------------------------------------- */

/** Add a device by URI; 0, or a negative errno when it does not open */
int conf_add_dev(const char *label, const char *uri);

/** Make the devices that can be made here: in memory, a file, and what the system has besides */
int conf_add_default_devs(void);

/** Bring the device into the state that a case starts from */
void conf_reset_dev(const struct conf_dev *dev);

/** The rows of all devices, as xnvme_dev_probe() reports them; count or a negative errno */
int conf_rows(struct conf_row *rows, int nmax, const char *be, const char *async);

extern struct conf_dev conf_devs[CONF_MAX_DEVS];
extern int conf_ndevs;

/* --- ops.c: commands, sync and async alike ---------------------------------------------------- */

/** One command and its buffers */
struct op {
	struct xnvme_spec_cmd cmd;
	void *data;
	size_t nbytes;
	struct iovec *iov; ///< Instead of `data`, when not NULL
	size_t iovcnt;
	void *mbuf;
	size_t mbuf_nbytes;
};

/** How it went */
struct outcome {
	int err;  ///< Return value of passing it
	int ncb;  ///< Callbacks
	int host; ///< Negative errno that xnvme_cmd_ctx_explain() reports; -EIO is a verdict
	uint8_t sct;
	uint8_t sc;
	uint16_t status; ///< All of the field: the phase tag and DNR too
	uint64_t result;
};

struct op op_io(uint8_t opcode, uint64_t slba, uint16_t nlb, void *data, size_t nbytes);
struct op op_iov(uint8_t opcode, uint64_t slba, uint16_t nlb, struct iovec *iov, size_t iovcnt,
		 size_t nbytes);

struct outcome op_sync(struct xnvme_dev *dev, const struct op *op);

/** Submit and wait for completion */
struct outcome op_async(struct xnvme_queue *queue, const struct op *op);

/** Fill a context of any kind with the command and pass it */
int op_pass(struct xnvme_cmd_ctx *ctx, const struct op *op);

struct outcome op_outcome(const struct xnvme_cmd_ctx *ctx, int err);

/** Both ways of passing a command, for cases that hold for both */
enum op_way { OP_SYNC = 0, OP_ASYNC = 1, OP_NWAYS };

static inline enum op_way
op_way_of(int k)
{
	return k % OP_NWAYS ? OP_ASYNC : OP_SYNC;
}

struct outcome op_by(enum op_way way, struct xnvme_dev *dev, struct xnvme_queue *queue,
		     const struct op *op);

/** Fails the case unless it went well */
void op_good(struct outcome out, const char *file, int line);
#define GOOD(outcome) op_good((outcome), __FILE__, __LINE__)

/** Fails the case unless the verdict was this one, and the return value goes with it */
void op_verdict(struct outcome out, enum op_way way, uint8_t sct, uint8_t sc, const char *file,
		int line);
#define VERDICT(outcome, way, sct, sc) op_verdict((outcome), (way), (sct), (sc), __FILE__, __LINE__)

/** Fails the case unless the host stopped the transfer with `err`, after `result` bytes */
void op_stopped(struct outcome out, enum op_way way, int err, uint64_t result);

/* --- fixture.c -------------------------------------------------------------------------------- */

/** Options that lead to the row */
struct xnvme_opts row_opts(const struct conf_row *row);

/** Open the row's device for reading and writing; fails the case when it does not open */
struct xnvme_dev *row_open(const struct conf_row *row);
struct xnvme_queue *row_queue(struct xnvme_dev *dev, uint16_t capacity);

/** Terminate, close; fails the case when that fails */
void row_close(struct xnvme_dev *dev, struct xnvme_queue *queue);

/** Memory of a device; fails the case when there is none */
void *row_buf(struct xnvme_dev *dev, size_t nbytes);

/** Bytes that depend on position and tag */
void pattern(void *buf, size_t nbytes, uint64_t tag);

/** Fails the case unless all bytes are 0 */
void check_zeroes(const void *buf, size_t nbytes);

/** Numbers that depend on the seed only */
uint64_t rnd(uint64_t *state);
uint64_t rnd_seed(const struct conf_row *row);

/**
 * With nothing outstanding the descriptor is cleared by poking
 *
 * A thread that was late sets it once more after its completion was reaped: then the next poke
 * clears it.
 */
void fd_becomes_quiet(struct xnvme_queue *queue, int fd);

/** Callback that counts in *(unsigned *)arg and puts the context back */
void cb_count(struct xnvme_cmd_ctx *ctx, void *arg);

/** Take a context, or fail the case */
struct xnvme_cmd_ctx *get_ctx(struct xnvme_queue *queue);

/* --- linux_system.c, other_system.c: what one system has beyond the others -------------------- */

/** Tables of cases that only this system can run; NULL ends the list */
extern const struct conf_case *const conf_system_cases[];

/** Set of enum conf_needs that the system grants this process */
unsigned conf_system_grants(void);

/** Add the devices that only this system has; 0 or a negative errno */
int conf_system_devs(void);

#endif /* XNVT_CONF_H */
