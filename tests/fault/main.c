// SPDX-License-Identifier: BSD-3-Clause
/**
 * Every scenario, with every call of every class failing in turn
 *
 * A first run counts the calls of each class. Then the n-th call fails, n = 1, 2, ... until none
 * fires: once alone, and once with all calls after it. Each pair of scenario and class has a
 * process of its own, so that a crash or a hang costs one line and not the rest.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"

#define NROUNDS_MAX  100
#define TIME_LIMIT_S 10
#define N_MAX	     10000U

/** Where the child is, for the parent to tell when it dies */
struct progress {
	struct fault fault;
	unsigned npoints;
	unsigned nfired; ///< At the last point
	unsigned nruns;
	unsigned nbroken;
	unsigned ncalls[NCLASSES];
};

static struct progress *g_progress;
static char g_dir[] = "/tmp/xnvt_points_XXXXXX";

/** What a class can fail with, and whether it may be passed over in silence */
static const struct {
	enum fault_kind kind;
	int err;
	uint64_t classes[2]; ///< Bit sets: where it is injected, where it must be tolerated
} g_causes[] = {
#define BIT(cls) (1ULL << (cls))
#define MEMORY                                                                                     \
	(BIT(ON_MALLOC) | BIT(ON_CALLOC) | BIT(ON_REALLOC) | BIT(ON_ALIGNED_ALLOC) | BIT(ON_MMAP))
#define CONDS	(BIT(ON_COND) | BIT(ON_CONDATTR) | BIT(ON_SETCLOCK))
#define INITS	(BIT(ON_MUTEX) | CONDS | BIT(ON_ATFORK))
#define READS	(BIT(ON_PREAD) | BIT(ON_PREADV))
#define WRITES	(BIT(ON_PWRITE) | BIT(ON_PWRITEV))
#define SYNCS	(BIT(ON_FDATASYNC) | BIT(ON_FSYNC))
#define SUBMITS (BIT(ON_URING_SUBMIT) | BIT(ON_IO_SUBMIT))
#define KERNEL	(SUBMITS | BIT(ON_IO_GETEVENTS))
#define AIO	(BIT(ON_AIO_READ) | BIT(ON_AIO_WRITE) | BIT(ON_AIO_FSYNC))
    {FAULT_ERRNO,
     ENOMEM,
     {MEMORY | INITS | BIT(ON_EVENTFD) | BIT(ON_URING_INIT) | BIT(ON_URING_FILES) |
	  BIT(ON_URING_TABLE) | BIT(ON_URING_BUFFER) | BIT(ON_URING_EVENTFD) | BIT(ON_IO_SETUP),
      BIT(ON_URING_FILES) | BIT(ON_URING_BUFFER)}},
    {FAULT_ERRNO,
     ENOSYS,
     {BIT(ON_URING_INIT) | BIT(ON_URING_SUBMIT) | BIT(ON_IO_SETUP) | BIT(ON_IO_SUBMIT),
      BIT(ON_URING_SUBMIT) | BIT(ON_IO_SUBMIT)}},
    {FAULT_ERRNO, EINVAL, {BIT(ON_IO_SUBMIT), BIT(ON_IO_SUBMIT)}},
    {FAULT_ERRNO, EAGAIN, {BIT(ON_THREAD) | BIT(ON_IO_SETUP) | BIT(ON_URING_INIT) | INITS, 0}},
    {FAULT_ERRNO,
     EPERM,
     {BIT(ON_THREAD) | BIT(ON_OPEN) | BIT(ON_IOCTL) | BIT(ON_URING_INIT) | BIT(ON_URING_SUBMIT),
      BIT(ON_URING_SUBMIT)}},
    {FAULT_ERRNO, EMFILE, {BIT(ON_OPEN) | BIT(ON_EVENTFD) | BIT(ON_URING_INIT), 0}},
    {FAULT_ERRNO, EACCES, {BIT(ON_STAT) | BIT(ON_OPEN) | BIT(ON_REALPATH) | BIT(ON_RENAME), 0}},
    {FAULT_ERRNO, ENOLCK, {BIT(ON_FLOCK), 0}},
    {FAULT_ERRNO,
     EIO,
     {BIT(ON_STAT) | BIT(ON_FSTAT) | BIT(ON_FTRUNCATE) | BIT(ON_FALLOCATE) | BIT(ON_IOCTL) |
	  BIT(ON_OPEN) | BIT(ON_REALPATH) | BIT(ON_RENAME) | READS | WRITES | SYNCS | AIO |
	  BIT(ON_AIO_ERROR),
      0}},
    {FAULT_ERRNO,
     ENOSPC,
     {BIT(ON_FTRUNCATE) | BIT(ON_FALLOCATE) | BIT(ON_OPEN) | BIT(ON_RENAME) | WRITES | SYNCS |
	  BIT(ON_AIO_ERROR),
      0}},
    {FAULT_ERRNO, EOPNOTSUPP, {BIT(ON_FALLOCATE), BIT(ON_FALLOCATE)}},
    {FAULT_ERRNO,
     EINTR,
     {BIT(ON_OPEN) | BIT(ON_FALLOCATE) | READS | WRITES | SYNCS | BIT(ON_READ) | BIT(ON_WRITE) |
	  BIT(ON_AIO_ERROR) | BIT(ON_FTRUNCATE) | KERNEL,
      BIT(ON_OPEN) | BIT(ON_FALLOCATE) | READS | WRITES | SYNCS | BIT(ON_READ) | BIT(ON_WRITE) |
	  BIT(ON_AIO_ERROR) | BIT(ON_FTRUNCATE) | KERNEL}},
    {FAULT_ERRNO,
     EAGAIN,
     {READS | WRITES | AIO | BIT(ON_AIO_ERROR) | SUBMITS,
      READS | WRITES | AIO | BIT(ON_AIO_ERROR) | SUBMITS}},
    {FAULT_ONE,
     0,
     {READS | WRITES | BIT(ON_AIO_RETURN) | SUBMITS,
      READS | WRITES | BIT(ON_AIO_RETURN) | SUBMITS}},
    {FAULT_HALF,
     0,
     {READS | WRITES | BIT(ON_AIO_RETURN) | SUBMITS,
      READS | WRITES | BIT(ON_AIO_RETURN) | SUBMITS}},
    {FAULT_NONE, EIO, {READS | WRITES | BIT(ON_AIO_RETURN), 0}},
    {FAULT_NONE, EAGAIN, {SUBMITS, SUBMITS}},
};

/* Calls whose failure nobody may pass over */
#define LOUD                                                                                       \
	(READS | WRITES | SYNCS | BIT(ON_RENAME) | BIT(ON_FLOCK) | BIT(ON_OPEN) |                  \
	 BIT(ON_FTRUNCATE) | BIT(ON_AIO_ERROR))

#define NCAUSES (sizeof(g_causes) / sizeof(g_causes[0]))

void
run_told(struct run *run, int err, bool verdict)
{
	if (!run->err && err) {
		run->err = err;
		run->verdict = verdict;
	}
}

void
run_failed(struct run *run, int err)
{
	const struct xnvme_err *words = xnvme_err_last();

	if (!err) {
		return;
	}
	if (words->err != err || !words->layer[0] || !words->what[0] || !words->hint[0]) {
		run_broken(run, "%s has no words: %s (%s; %s)", strerror(-err),
			   strerror(-words->err), words->what, words->hint);
	}
	run_told(run, err, strcmp(words->layer, "device") == 0);
	/* So that nothing is left for the next one that has none */
	xnvme_err_clear();
}

void
run_broken(struct run *run, const char *format, ...)
{
	const struct fault *fault = &g_progress->fault;
	va_list ap;

	run->broken = true;
	printf("# %s: %s call %u%s, %s: ", run->scenario->name, fault_class_names[fault->cls],
	       fault->n, fault->forever ? " and all after it" : "",
	       fault->kind == FAULT_ERRNO  ? strerror(fault->err)
	       : fault->kind == FAULT_ONE  ? "one byte"
	       : fault->kind == FAULT_HALF ? "half"
					   : "nothing moved");
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	printf("\n");
}

void
unit_fill(void *buf, unsigned unit, uint64_t seed)
{
	uint64_t x = (seed + 1) * 2654435761U + unit * 40503U + 1;
	uint8_t *bytes = buf;

	for (unsigned i = 0; i < UNIT_NBYTES; ++i) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		bytes[i] = (uint8_t)(x >> 11);
	}
}

bool
unit_is(const void *buf, unsigned unit, uint64_t seed)
{
	uint8_t expected[UNIT_NBYTES];

	unit_fill(expected, unit, seed);

	return memcmp(buf, expected, UNIT_NBYTES) == 0;
}

static int
nfds(void)
{
	int n = 0;

	for (int fd = 0; fd < 128; ++fd) {
		n += fcntl(fd, F_GETFD) >= 0;
	}

	return n;
}

/** A sanitize operation that failed goes on when the image is opened again */
static bool
is_sanitizing(struct xnvme_dev *dev)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	struct xnvme_spec_log_sanitize_entry log;

	return !xnvme_adm_log(&ctx, LID_SANITIZE, 0, 0, 0xffffffff, 0, &log, sizeof(log)) &&
	       log.sstat.sos == SANITIZE_BUSY;
}

/** A handle without faults; a failure of it says nothing about the library under fault */
static struct xnvme_dev *
open_clean(const struct run *run)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_dev *dev;

	opts.create = run->uri[0] == '/';
	dev = xnvme_dev_open(run->uri, &opts);
	if (!dev || xnvme_dev_derive_geo(dev)) {
		printf("Bail out! %s does not open without a fault\n", run->uri);
		fflush(stdout);
		_exit(2);
	}
	while ((run->scenario->flags & WITH_ERASE) && is_sanitizing(dev)) {
		sched_yield();
	}

	return dev;
}

static void
transfer_all(struct run *run, struct xnvme_dev *dev, uint8_t *buf, bool write)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	const struct xnvme_geo *geo = xnvme_dev_get_geo(dev);
	int err;

	if (run->uri[0] == '/') {
		err = write ? xnvme_file_pwrite(&ctx, buf, DEV_NBYTES, 0)
			    : xnvme_file_pread(&ctx, buf, DEV_NBYTES, 0);
	} else {
		const uint16_t nlb = (uint16_t)(DEV_NBYTES / geo->lba_nbytes - 1);

		err = write ? xnvme_nvm_write(&ctx, 1, 0, nlb, buf, NULL)
			    : xnvme_nvm_read(&ctx, 1, 0, nlb, buf, NULL);
	}
	if (err) {
		run_broken(run, "a clean %s fails afterwards: %s", write ? "write" : "read",
			   xnvme_err_last()->what);
	}
}

static void
lay_base(struct run *run, struct xnvme_dev *keep)
{
	struct xnvme_dev *dev = keep ? keep : open_clean(run);
	static uint8_t buf[DEV_NBYTES];

	for (unsigned i = 0; i < UNITS; ++i) {
		unit_fill(buf + (size_t)i * UNIT_NBYTES, i, run->seed - 1);
	}
	transfer_all(run, dev, buf, true);
	if (dev != keep) {
		xnvme_dev_close(dev);
	}
}

static bool
unit_is_mixed(const uint8_t *buf, unsigned unit, uint64_t seed)
{
	uint8_t old[UNIT_NBYTES];
	uint8_t new[UNIT_NBYTES];

	unit_fill(old, unit, seed - 1);
	unit_fill(new, unit, seed);
	for (unsigned i = 0; i < UNIT_NBYTES; ++i) {
		if (buf[i] != old[i] && buf[i] != new[i]) {
			return false;
		}
	}

	return true;
}

/** The medium holds what the scenario was told, and nothing else changed */
static void
check_units(struct run *run, struct xnvme_dev *keep)
{
	struct xnvme_dev *dev = keep ? keep : open_clean(run);
	static uint8_t buf[DEV_NBYTES];

	transfer_all(run, dev, buf, false);
	if (dev != keep) {
		xnvme_dev_close(dev);
	}
	if (run->uri[0] == '/') {
		const int fd = open(run->uri, O_RDONLY);

		if (fd < 0 || pread(fd, buf, DEV_NBYTES, 0) != (ssize_t)DEV_NBYTES) {
			run_broken(run, "%s cannot be read back", run->uri);
		}
		close(fd);
	}
	for (unsigned i = 0; i < UNITS; ++i) {
		const uint8_t *unit = buf + (size_t)i * UNIT_NBYTES;
		const bool good = run->units[i] == UNIT_OLD   ? unit_is(unit, i, run->seed - 1)
				  : run->units[i] == UNIT_NEW ? unit_is(unit, i, run->seed)
							      : unit_is_mixed(unit, i, run->seed);

		if (!good) {
			run_broken(run, "unit %u is not %s", i,
				   run->units[i] == UNIT_OLD   ? "what it was"
				   : run->units[i] == UNIT_NEW ? "what was written"
							       : "old or new");
			return;
		}
	}
}

/** One run: fault in, scenario, fault out, and everything that must hold whatever happened */
static void
run_once(struct run *run, const struct fault *fault)
{
	const long nblocks = fault_live_blocks();
	const long nthreads = fault_live_threads();
	const int nopen = nfds();
	struct xnvme_dev *keep = NULL;
	static uint64_t seed;

	seed += 2;
	run->seed = seed;
	g_progress->nruns++;
	alarm(TIME_LIMIT_S);
	if (run->scenario->flags & WITH_KEEP) {
		keep = open_clean(run);
	}
	if (run->scenario->flags & WITH_BASE) {
		lay_base(run, keep);
	}
	xnvme_err_clear();
	fault_arm(fault);
	run->scenario->func(run);
	fault_disarm();
	if (run->naccepted != run->ncalled) {
		run_broken(run, "%u commands accepted, %u called back", run->naccepted,
			   run->ncalled);
	}
	if ((run->scenario->flags & WITH_BASE) && !(run->scenario->flags & WITH_ERASE)) {
		check_units(run, keep);
	}
	xnvme_dev_close(keep);
	alarm(0);
	if (fault_live_blocks() != nblocks) {
		run_broken(run, "%ld blocks of memory leak", fault_live_blocks() - nblocks);
	}
	if (fault_live_threads() != nthreads) {
		run_broken(run, "%ld threads are left", fault_live_threads() - nthreads);
	}
	if (nfds() != nopen) {
		run_broken(run, "%d descriptors leak", nfds() - nopen);
	}
}

/** A lack that lasts is never reported as one that passes */
static int
lasting(int err)
{
	return err == EAGAIN ? ENOMEM : err;
}

/** What the scenario reported, against what was injected */
static void
judge(struct run *run, const struct fault *fault, bool tolerated, unsigned nfired)
{
	if (!nfired || tolerated) {
		if (run->err) {
			run_broken(run, "fails (%s) though %s", strerror(-run->err),
				   nfired ? "it is nothing to report" : "nothing was injected");
		}
	} else if (!run->err) {
		if ((LOUD & BIT(fault->cls)) && fault->kind == FAULT_ERRNO &&
		    (!run->closing || run->nfired)) {
			run_broken(run, "nobody is told");
		}
	} else if (run->err == -EAGAIN) {
		run_broken(run, "the caller is told to try again");
	} else if (run->err != -lasting(fault->err) && !(run->verdict && run->err == -EIO)) {
		run_broken(run, "reported as %s", strerror(-run->err));
	}
}

static struct run
new_run(const struct scenario *scenario)
{
	static char path[128];
	struct run run = {.scenario = scenario, .dir = g_dir, .uri = scenario->uri};

	if (scenario->uri[0] == '/') {
		snprintf(path, sizeof(path), "%s%s", g_dir, scenario->uri);
		run.uri = path;
	} else if (strchr(scenario->uri, '%')) {
		snprintf(path, sizeof(path), "%.*s%s/image",
			 (int)(strchr(scenario->uri, '%') - scenario->uri), scenario->uri, g_dir);
		run.uri = path;
	}

	return run;
}

/** One point; false when the fault did not fire any more */
static bool
run_point(const struct scenario *scenario, const struct fault *fault, bool tolerated)
{
	const struct fault none = {.cls = fault->cls};
	struct run run = new_run(scenario);
	unsigned nfired;

	g_progress->fault = *fault;
	run_once(&run, fault);
	nfired = fault_nfired();
	judge(&run, fault, tolerated, nfired);
	g_progress->nbroken += run.broken;
	if (run.err && !fault->forever) {
		struct run again = new_run(scenario);

		run_once(&again, &none);
		if (again.err) {
			run_broken(&again, "a second try without a fault fails: %s",
				   strerror(-again.err));
		}
		g_progress->nbroken += again.broken;
	}

	return nfired > 0;
}

/** As run_point() in a process of its own: the library keeps contexts for the next queue */
static bool
run_point_apart(const struct scenario *scenario, const struct fault *fault, bool tolerated)
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		g_progress->nfired = run_point(scenario, fault, tolerated);
		exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status) {
		printf("# call %u of %s: the process ends with status 0x%x\n", fault->n,
		       fault_class_names[fault->cls], (unsigned)status);
		g_progress->nbroken++;
		return false;
	}

	return g_progress->nfired;
}

/** Points of one class and cause: transient, then persistent where that can end */
static void
run_cause(const struct scenario *scenario, enum fault_class cls, size_t cause)
{
	const bool tolerated = g_causes[cause].classes[1] & BIT(cls);
	/* A signal at every call is no state of a system, and bytes one by one through the threads
	 * of the C library outlast any timeout */
	const bool endless =
	    (tolerated && g_causes[cause].kind != FAULT_ONE && g_causes[cause].kind != FAULT_HALF &&
	     (g_causes[cause].err == EINTR || g_causes[cause].err == EAGAIN)) ||
	    (cls == ON_AIO_RETURN && g_causes[cause].kind == FAULT_ONE);
	bool (*const point)(const struct scenario *, const struct fault *, bool) =
	    cls == ON_IO_SETUP ? run_point_apart : run_point;
	struct fault fault = {.cls = cls, .kind = g_causes[cause].kind, .err = g_causes[cause].err};

	for (int forever = 0; forever < (endless ? 1 : 2); ++forever) {
		fault.forever = forever;
		fault.n = 1;
		while (fault.n < N_MAX && g_progress->nbroken < 5 &&
		       point(scenario, &fault, tolerated)) {
			fault.n++;
		}
		if (fault.n - 1 > g_progress->npoints) {
			g_progress->npoints = fault.n - 1;
		}
	}
}

/** In a process of its own: all causes of one class */
static void
child_class(const struct scenario *scenario, enum fault_class cls)
{
	for (size_t i = 0; i < NCAUSES; ++i) {
		if (g_causes[i].classes[0] & BIT(cls)) {
			run_cause(scenario, cls, i);
		}
	}
}

/** In a process of its own: count, and check the scenario without any fault */
static void
child_count(const struct scenario *scenario, enum fault_class cls)
{
	const struct fault none = {.cls = cls};

	/* The first run allocates what lives as long as the process; only the second is measured */
	for (int i = 0; i < 2; ++i) {
		struct run run = new_run(scenario);

		g_progress->fault = none;
		run_once(&run, &none);
		for (int c = 0; c < NCLASSES; ++c) {
			if (fault_ncalls((enum fault_class)c) > g_progress->ncalls[c]) {
				g_progress->ncalls[c] = fault_ncalls((enum fault_class)c);
			}
		}
		if (run.err) {
			run_broken(&run, "fails without a fault: %s (%s)", strerror(-run.err),
				   xnvme_err_last()->what);
		}
		g_progress->nbroken += run.broken;
	}
}

/** Run `child`; true when it ended by itself and no rule was broken */
static bool
in_child(void (*child)(const struct scenario *, enum fault_class), const struct scenario *scenario,
	 enum fault_class cls)
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		printf("Bail out! fork: %s\n", strerror(errno));
		exit(EXIT_FAILURE);
	}
	if (!pid) {
		child(scenario, cls);
		fflush(stdout);
		/* With exit(), so that leak and coverage tools have their say */
		exit(0);
	}
	waitpid(pid, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		const struct fault *fault = &g_progress->fault;

		printf("# %s: %s at call %u of %s%s, %s\n", scenario->name,
		       !WIFSIGNALED(status)	     ? "exits"
		       : WTERMSIG(status) == SIGALRM ? "hangs"
						     : strsignal(WTERMSIG(status)),
		       fault->n, fault_class_names[fault->cls],
		       fault->forever ? " and all after it" : "", strerror(fault->err));
		return false;
	}

	return !g_progress->nbroken;
}

/** In a process of its own: ends it unless a queue of the scenario's interface can be had */
static void
child_try(const struct scenario *scenario, enum fault_class cls)
{
	struct xnvme_opts opts = xnvme_opts_default();
	const struct run run = new_run(scenario);
	struct xnvme_queue *queue;
	struct xnvme_dev *dev;

	(void)cls;
	opts.create = 1;
	opts.async = scenario->async;
	dev = xnvme_dev_open(run.uri, &opts);
	if (!dev || xnvme_queue_init(dev, 1, 0, &queue)) {
		printf("# %s: %s\n", xnvme_err_last()->where, xnvme_err_last()->what);
		g_progress->nbroken++;
	}
}

static unsigned g_nlines;
static unsigned g_nfailed;
static unsigned g_npoints;
static unsigned g_nruns;

/** Whether the pool starts a thread beside a caller that helps, and whether a sleeper is woken */
static bool
time_decides(int cls)
{
	return cls == ON_THREAD || cls == ON_WRITE || cls == ON_READ;
}

static void
run_scenario(const struct scenario *scenario)
{
	unsigned ncalls[NCLASSES];
	bool ok, met;

	memset(g_progress, 0, sizeof(*g_progress));
	if ((scenario->flags & IF_HERE) && !in_child(child_try, scenario, ON_MALLOC)) {
		printf(
		    "ok %u - %s # SKIP async %s is not in this build, or this system forbids it\n",
		    ++g_nlines, scenario->name, scenario->async);
		return;
	}
	fault_ring_unknown = scenario->flags & NO_RING;
	ok = in_child(child_count, scenario, ON_MALLOC);
	memcpy(ncalls, g_progress->ncalls, sizeof(ncalls));
	g_nfailed += !ok;
	printf("%s %u - %s: without a fault\n", ok ? "ok" : "not ok", ++g_nlines, scenario->name);
	for (int cls = 0; cls < NCLASSES; ++cls) {
		if (!ncalls[cls]) {
			continue;
		}
		/* The counting run saw such calls; time decides about some: until met again */
		ok = true;
		for (int round = 0; ok && round < NROUNDS_MAX; ++round) {
			memset(g_progress, 0, sizeof(*g_progress));
			ok = in_child(child_class, scenario, (enum fault_class)cls);
			if (g_progress->npoints) {
				break;
			}
		}
		met = g_progress->npoints > 0;
		ok = ok && (met || time_decides(cls));
		g_nfailed += !ok;
		g_npoints += g_progress->npoints;
		g_nruns += g_progress->nruns;
		printf("%s %u - %s %s: %u points, %u runs%s\n", ok ? "ok" : "not ok", ++g_nlines,
		       scenario->name, fault_class_names[cls], g_progress->npoints,
		       g_progress->nruns,
		       ok && !met ? " # SKIP time decides whether there is such a call" : "");
	}
}

int
main(int argc, char **argv)
{
	const char *filter = argc > 1 ? argv[1] : "";

	g_progress = mmap(NULL, sizeof(*g_progress), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (g_progress == MAP_FAILED || !mkdtemp(g_dir)) {
		printf("Bail out! %s\n", strerror(errno));
		return EXIT_FAILURE;
	}
	for (size_t i = 0; i < nscenarios; ++i) {
		if (strstr(scenarios[i].name, filter)) {
			run_scenario(&scenarios[i]);
		}
	}
	printf("1..%u\n# %u points in %u runs\n", g_nlines, g_npoints, g_nruns);
	scenarios_clean(g_dir);

	return g_nfailed || !g_nlines ? EXIT_FAILURE : EXIT_SUCCESS;
}
