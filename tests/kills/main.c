// SPDX-License-Identifier: BSD-3-Clause
/**
 * The process that uses an image is killed at each system call of a command
 *
 * A child opens the image and executes one command under ptrace(2). The first run kills it before
 * the first system call of the command, the next one before the second, until it ends by itself.
 * Every time the next open must show the state before the command or the state after it, and the
 * latter when the child has seen the completion. `./kills NROUNDS` adds so many kills under load;
 * `./kills NROUNDS short` leaves out the operations with the most system calls.
 */
#include "kills.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define FID_COALESCING	0x08
#define LID_SANITIZE	0x81
#define SANITIZE_BUSY	2U
#define NCALLS_MAX	1000U
#define NTHREADS_MAX	8
#define TIME_LIMIT_S	20
#define BASE_BYTE	0x11
#define NEW_BYTE	0x22
#define PATTERN_BYTE	0x5A
#define BASE_FEATURE	3
#define NEW_FEATURE	7
#define OTHER_MARK	5U
#define RANGE_SLBA	100U /* in the first chunk, up to the third */
#define RANGE_NLBAS	200U
#define SMALL_NLBAS	8U
#define LBA_FORMAT_4096 3

static char g_dir[] = "/tmp/xnvt_kills_XXXXXX";
static char g_path[64];
static char g_side[80];
static char g_uri[128];
static uint8_t g_buf[IMAGE_NBYTES];

/** Set by the child when it has seen the completion */
static volatile int *g_acknowledged;

void
die(const char *format, ...)
{
	va_list ap;

	printf("Bail out! ");
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
	_exit(2);
}

void
image_init(void)
{
	if (!mkdtemp(g_dir)) {
		die("mkdtemp: %s", strerror(errno));
	}
	snprintf(g_path, sizeof(g_path), "%s/image", g_dir);
	snprintf(g_side, sizeof(g_side), "%s.xnvme", g_path);
	snprintf(g_uri, sizeof(g_uri), "ram:%u?path=%s", IMAGE_NBYTES, g_path);
}

void
image_remove(void)
{
	unlink(g_path);
	unlink(g_side);
}

void
image_term(void)
{
	image_remove();
	rmdir(g_dir);
}

struct xnvme_dev *
image_open(void)
{
	struct xnvme_dev *dev = xnvme_dev_open(g_uri, NULL);

	if (!dev || xnvme_dev_derive_geo(dev)) {
		die("%s: %s", xnvme_err_last()->where, xnvme_err_last()->what);
	}

	return dev;
}

int
lba_byte(struct xnvme_dev *dev, uint64_t slba)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	uint8_t lba[LBA_NBYTES];

	if (xnvme_nvm_read(&ctx, 1, slba, 0, lba, NULL)) {
		return ctx.cpl.status.sct == 2 && ctx.cpl.status.sc == 0x81 ? BYTE_MARKED
									    : BYTE_FAILED;
	}

	return memcmp(lba, lba + 1, LBA_NBYTES - 1) ? BYTE_MIXED : lba[0];
}

/* Commands */

static int
write_lbas(struct xnvme_dev *dev, uint64_t slba, uint32_t nlbas, int byte)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	memset(g_buf, byte, (size_t)nlbas * LBA_NBYTES);

	return xnvme_nvm_write(&ctx, 1, slba, (uint16_t)(nlbas - 1), g_buf, NULL);
}

static int
mark_lbas(struct xnvme_dev *dev, uint64_t slba, uint32_t nlbas)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	return xnvme_nvm_write_uncorrectable(&ctx, 1, slba, (uint16_t)(nlbas - 1));
}

static int
save_feature(struct xnvme_dev *dev, uint32_t value)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	return xnvme_adm_sfeat(&ctx, 0, FID_COALESCING, value, 1, NULL, 0);
}

static uint64_t
get_feature(struct xnvme_dev *dev)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	if (xnvme_adm_gfeat(&ctx, 0, FID_COALESCING, 0, NULL, 0)) {
		return UINT64_MAX;
	}

	return ctx.cpl.result;
}

static bool
is_sanitizing(struct xnvme_dev *dev)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	struct xnvme_spec_log_sanitize_entry log;

	return !xnvme_adm_log(&ctx, LID_SANITIZE, 0, 0, 0xffffffff, 0, &log, sizeof(log)) &&
	       log.sstat.sos == SANITIZE_BUSY;
}

static int
do_write_small(struct xnvme_dev *dev)
{
	return write_lbas(dev, RANGE_SLBA, SMALL_NLBAS, NEW_BYTE);
}

static int
do_write(struct xnvme_dev *dev)
{
	return write_lbas(dev, RANGE_SLBA, RANGE_NLBAS, NEW_BYTE);
}

static int
do_zeroes(struct xnvme_dev *dev)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	return xnvme_nvm_write_zeroes(&ctx, 1, RANGE_SLBA, RANGE_NLBAS - 1);
}

static int
do_mark(struct xnvme_dev *dev)
{
	return mark_lbas(dev, RANGE_SLBA, RANGE_NLBAS);
}

static int
do_feature(struct xnvme_dev *dev)
{
	return save_feature(dev, NEW_FEATURE);
}

static int
do_format(struct xnvme_dev *dev)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	return xnvme_adm_format(&ctx, 1, LBA_FORMAT_4096, 0, 0, 0, 0, 0);
}

static int
do_erase(struct xnvme_dev *dev)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	return xnvme_nvm_sanitize(&ctx, 2, false, 0, 0, false, false);
}

/** Two passes, the second with the pattern inverted */
static int
do_overwrite(struct xnvme_dev *dev)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	const uint8_t inverted = (uint8_t)~PATTERN_BYTE;

	return xnvme_nvm_sanitize(&ctx, 3, false, inverted * 0x01010101U, 2, true, false);
}

/** What a command begins with */
enum base {
	BASE_DATA,   ///< Data, a mark elsewhere, a saved feature
	BASE_MARKED, ///< ... and the range is marked
};

static void
make_base(enum base base)
{
	struct xnvme_dev *dev;

	image_remove();
	dev = image_open();
	if (write_lbas(dev, 0, NLBAS, BASE_BYTE) || save_feature(dev, BASE_FEATURE) ||
	    mark_lbas(dev, OTHER_MARK, 1) ||
	    (base == BASE_MARKED && mark_lbas(dev, RANGE_SLBA, RANGE_NLBAS))) {
		die("the base cannot be made: %s", xnvme_err_last()->what);
	}
	xnvme_dev_close(dev);
}

/* States: what every LBA is, before and after */

struct operation {
	const char *name;
	int (*run)(struct xnvme_dev *dev);
	enum base base;
	uint32_t nlbas;	     ///< From RANGE_SLBA; 0: all
	int after;	     ///< What the range reads as then
	bool by_lba;	     ///< The command may be torn between LBAs
	uint64_t feature;    ///< After; 0: as before
	uint32_t lba_nbytes; ///< After; 0: as before
	bool is_long;	     ///< Has many system calls
};

static const struct operation g_operations[] = {
    {.name = "write over a mark",
     .run = do_write_small,
     .base = BASE_MARKED,
     .nlbas = SMALL_NLBAS,
     .after = NEW_BYTE},
    {.name = "write over marks in three chunks",
     .run = do_write,
     .base = BASE_MARKED,
     .nlbas = RANGE_NLBAS,
     .after = NEW_BYTE,
     .by_lba = true},
    {.name = "write zeroes over marks in three chunks",
     .run = do_zeroes,
     .base = BASE_MARKED,
     .nlbas = RANGE_NLBAS},
    {.name = "write uncorrectable in three chunks",
     .run = do_mark,
     .nlbas = RANGE_NLBAS,
     .after = BYTE_MARKED},
    {.name = "set features with save",
     .run = do_feature,
     .nlbas = RANGE_NLBAS,
     .after = BASE_BYTE,
     .feature = NEW_FEATURE},
    {.name = "format", .run = do_format, .lba_nbytes = 4096},
    {.name = "sanitize by block erase", .run = do_erase},
    {.name = "sanitize by overwrite", .run = do_overwrite, .after = PATTERN_BYTE, .is_long = true},
};

enum state { STATE_NEITHER = 0, STATE_OLD = 1, STATE_NEW = 2 };

/** Bit set of enum state that an LBA is in accordance with */
static unsigned
lba_states(const struct operation *op, uint64_t slba, int byte)
{
	const bool is_all = !op->nlbas;
	const bool in_range = is_all || (slba >= RANGE_SLBA && slba < RANGE_SLBA + op->nlbas);
	const bool in_marked =
	    op->base == BASE_MARKED && slba >= RANGE_SLBA && slba < RANGE_SLBA + RANGE_NLBAS;
	const int old = slba == OTHER_MARK || in_marked ? BYTE_MARKED : BASE_BYTE;
	const int new = in_range ? op->after : old;

	return (byte == old ? STATE_OLD : 0) | (byte == new ? STATE_NEW : 0);
}

/** After Format LBAs are larger, and nothing is in them */
static unsigned
formatted_states(struct xnvme_dev *dev)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	const uint16_t nlb = IMAGE_NBYTES / 4096 - 1;

	memset(g_buf, 0xFF, sizeof(g_buf));
	if (xnvme_nvm_read(&ctx, 1, 0, nlb, g_buf, NULL) || g_buf[0] ||
	    memcmp(g_buf, g_buf + 1, IMAGE_NBYTES - 1) != 0) {
		return STATE_NEITHER;
	}

	return STATE_NEW;
}

/** `new` 0: the operation does not change it */
static unsigned
states_of(uint64_t value, uint64_t old, uint64_t new)
{
	return (value == old ? STATE_OLD : 0) | (value == (new ? new : old) ? STATE_NEW : 0);
}

static unsigned
image_states(struct xnvme_dev *dev, const struct operation *op)
{
	const uint64_t feature = get_feature(dev);
	const uint32_t lba_nbytes = xnvme_dev_get_geo(dev)->lba_nbytes;
	unsigned states = states_of(feature, BASE_FEATURE, op->feature) &
			  states_of(lba_nbytes, LBA_NBYTES, op->lba_nbytes);

	if (lba_nbytes != LBA_NBYTES) {
		return states & formatted_states(dev);
	}
	for (uint64_t slba = 0; slba < NLBAS; ++slba) {
		const unsigned lba = lba_states(op, slba, lba_byte(dev, slba));

		/* Torn between LBAs, it counts as old */
		states &= op->by_lba && lba == STATE_NEW ? STATE_OLD | STATE_NEW : lba;
	}

	return states;
}

/* The child and its system calls */

static void
child_main(const struct operation *op)
{
	struct xnvme_dev *dev;

	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL)) {
		_exit(3);
	}
	raise(SIGSTOP);
	alarm(TIME_LIMIT_S);
	dev = image_open();
	raise(SIGSTOP);
	if (op->run(dev)) {
		_exit(4);
	}
	*g_acknowledged = 1;
	while (is_sanitizing(dev)) {
	}
	xnvme_dev_close(dev);
	_exit(0);
}

/** Threads of the child that are within a system call */
struct calls {
	pid_t within[NTHREADS_MAX];
	unsigned n; ///< System calls begun
};

/** A thread has stopped at a system call; true when it is about to begin one */
static bool
calls_enter(struct calls *calls, pid_t tid)
{
	for (int i = 0; i < NTHREADS_MAX; ++i) {
		if (calls->within[i] == tid) {
			calls->within[i] = 0;
			return false;
		}
	}
	for (int i = 0; i < NTHREADS_MAX; ++i) {
		if (!calls->within[i]) {
			calls->within[i] = tid;
			break;
		}
	}
	calls->n++;

	return true;
}

/** Wait for a child that was killed: its threads have to be waited for first */
static void
reap(pid_t pid)
{
	int status;
	pid_t tid;

	do {
		tid = waitpid(-1, &status, __WALL);
	} while (tid > 0 && (tid != pid || WIFSTOPPED(status)));
}

/** Let the child run to its n-th system call and kill it there; true when it did not get there */
static bool
run_to_call(pid_t pid, unsigned n, int *exit_status)
{
	struct calls calls = {0};
	pid_t tid = pid;
	int status;

	for (;;) {
		/* A thread that was killed meanwhile says so to waitpid() */
		(void)ptrace(PTRACE_SYSCALL, tid, NULL, NULL);
		tid = waitpid(-1, &status, __WALL);
		if (tid < 0) {
			die("waitpid: %s", strerror(errno));
		}
		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			if (tid == pid) {
				*exit_status = status;
				return true;
			}
			continue;
		}
		if (WSTOPSIG(status) == (SIGTRAP | 0x80) && calls_enter(&calls, tid) &&
		    calls.n == n) {
			kill(pid, SIGKILL);
			reap(pid);
			return false;
		}
	}
}

static pid_t
child_start(const struct operation *op)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE;
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		child_main(op);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		die("fork: %s", strerror(errno));
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 3) {
		return 0;
	}
	if (ptrace(PTRACE_SETOPTIONS, pid, NULL, options) || ptrace(PTRACE_CONT, pid, NULL, NULL) ||
	    waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status)) {
		die("%s: the child does not open the image: status 0x%x", op->name,
		    (unsigned)status);
	}

	return pid;
}

/** One kill; what the next open shows, or STATE_NEITHER */
static unsigned
state_after(const struct operation *op, unsigned n, bool *ended, int *exit_status)
{
	struct xnvme_dev *dev;
	unsigned states;
	pid_t pid;

	make_base(op->base);
	*g_acknowledged = 0;
	pid = child_start(op);
	if (!pid) {
		die("ptrace(2) is not permitted");
	}
	*ended = run_to_call(pid, n, exit_status);
	dev = image_open();
	while (is_sanitizing(dev)) {
	}
	states = image_states(dev, op);
	xnvme_dev_close(dev);

	return states;
}

static bool
run_operation(const struct operation *op, unsigned *ncalls)
{
	unsigned nold = 0;
	unsigned nnew = 0;
	bool ended = false;
	int exit_status = 0;
	unsigned n;

	for (n = 1; !ended && n < NCALLS_MAX; ++n) {
		const unsigned states = state_after(op, n, &ended, &exit_status);
		const bool is_new = states & STATE_NEW;

		if (!states || (*g_acknowledged && !is_new)) {
			printf("# %s: killed at call %u: %s\n", op->name, n,
			       states ? "the command was completed, and is lost"
				      : "neither the old state nor the new one");
			return false;
		}
		nold += !is_new;
		nnew += is_new;
	}
	*ncalls = n - 1;
	if (!ended || exit_status || !nold || !nnew) {
		printf("# %s: %u calls, ends with 0x%x, old state %u times, new %u times\n",
		       op->name, *ncalls, (unsigned)exit_status, nold, nnew);
		return false;
	}

	return true;
}

int
main(int argc, char **argv)
{
	const unsigned nrounds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
	const bool is_short = argc > 2 && !strcmp(argv[2], "short");
	unsigned nlines = 0;
	unsigned nfailed = 0;
	bool ok;

	g_acknowledged = mmap(NULL, sizeof(*g_acknowledged), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (g_acknowledged == MAP_FAILED) {
		die("mmap: %s", strerror(errno));
	}
	image_init();
	for (size_t i = 0; i < sizeof(g_operations) / sizeof(*g_operations); ++i) {
		unsigned ncalls = 0;

		if (is_short && g_operations[i].is_long) {
			continue;
		}
		ok = run_operation(&g_operations[i], &ncalls);
		nfailed += !ok;
		printf("%s %u - killed at each of %u system calls: %s\n", ok ? "ok" : "not ok",
		       ++nlines, ncalls, g_operations[i].name);
	}
	ok = kills_under_load(nrounds);
	nfailed += !ok;
	printf("%s %u - %u kills under load\n", ok ? "ok" : "not ok", ++nlines, nrounds);
	printf("1..%u\n", nlines);
	image_term();

	return nfailed ? EXIT_FAILURE : EXIT_SUCCESS;
}
