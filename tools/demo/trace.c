// SPDX-License-Identifier: BSD-3-Clause
/**
 * Count system calls: a child process runs under ptrace(2), all its threads included
 *
 * Each system call stops its thread twice, at entry and exit. SIGUSR1 marks the window in which
 * calls are counted; the tracer does not deliver it.
 */
#include <shared.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define NMARKS	      3
#define CHILD_SECONDS 20
#define SYSCALL_STOP  (SIGTRAP | 0x80)

struct counter {
	pid_t child;
	int nmarks;
	uint64_t nstops[NMARKS + 1]; ///< By number of marks so far
	int status;
};

void
demo_trace_mark(void)
{
	raise(SIGUSR1);
}

static void
child_main(int (*func)(void *), void *arg)
{
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	alarm(CHILD_SECONDS);
	/* If the tracer died, a stopped child would remain, and keep the medium */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0) {
		_exit(errno);
	}
	raise(SIGSTOP);
	_exit(-func(arg) & 0xff);
}

/** Handle one stop; returns the signal to deliver */
static int
on_stop(struct counter *counter, int status)
{
	const int signo = WSTOPSIG(status);

	if (signo == SYSCALL_STOP) {
		counter->nstops[counter->nmarks]++;
		return 0;
	}
	if (signo == SIGUSR1) {
		counter->nmarks += counter->nmarks < NMARKS;
		return 0;
	}

	/* SIGTRAP announces a new thread, SIGSTOP is how that thread starts */
	return signo == SIGTRAP || signo == SIGSTOP ? 0 : signo;
}

/** Let the child run to its end */
static int
follow(struct counter *counter)
{
	for (;;) {
		int status;
		const pid_t pid = waitpid(-1, &status, __WALL);

		if (pid < 0 && errno == EINTR) {
			continue;
		}
		if (pid < 0) {
			return -errno;
		}
		if (WIFSTOPPED(status)) {
			/* The next waitpid() reports a thread that was killed meanwhile */
			(void)ptrace(PTRACE_SYSCALL, pid, NULL, (long)on_stop(counter, status));
		} else if (pid == counter->child) {
			counter->status = status;
			return 0;
		}
	}
}

static int
failed(char *why, size_t why_nbytes, const char *what, int err)
{
	snprintf(why, why_nbytes, "%s: %s", what, strerror(err));

	return -err;
}

int
demo_trace(int (*func)(void *), void *arg, uint64_t *nsyscalls, char *why, size_t why_nbytes)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
	struct counter counter = {0};
	int status;
	int err;

	fflush(NULL);
	counter.child = fork();
	if (counter.child == 0) {
		child_main(func, arg);
	}
	if (counter.child < 0) {
		return failed(why, why_nbytes, "fork", errno);
	}
	if (waitpid(counter.child, &status, 0) < 0) {
		return failed(why, why_nbytes, "waitpid", errno);
	}
	if (WIFEXITED(status)) {
		return failed(why, why_nbytes, "ptrace is not permitted", WEXITSTATUS(status));
	}
	if (ptrace(PTRACE_SETOPTIONS, counter.child, NULL, options) < 0 ||
	    ptrace(PTRACE_SYSCALL, counter.child, NULL, NULL) < 0) {
		err = errno;
		kill(counter.child, SIGKILL);
		waitpid(counter.child, &status, 0);
		return failed(why, why_nbytes, "ptrace", err);
	}
	err = follow(&counter);
	if (err) {
		return failed(why, why_nbytes, "waitpid", -err);
	}
	if (WIFSIGNALED(counter.status)) {
		snprintf(why, why_nbytes, "ended by signal %d", WTERMSIG(counter.status));
		return -EINTR;
	}
	if (WEXITSTATUS(counter.status)) {
		return failed(why, why_nbytes, "in the traced run", WEXITSTATUS(counter.status));
	}
	*nsyscalls = (counter.nstops[2] - counter.nstops[1]) / 2;

	return 0;
}
