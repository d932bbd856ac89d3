// SPDX-License-Identifier: BSD-3-Clause
#include <support/sys.h>

#include <fcntl.h>
#include <io.h>
#include <process.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

/** Names the handle for the report, in the environment of the process that does the work */
#define REPORT_VARIABLE "XNVT_REPORT"

/** Exit status of what was killed for it took too long */
#define STATUS_KILLED 124

static const char *const g_reasons[SYS_NFEATURES] = {
    [SYS_FORK] = "Windows cannot copy a process",
    [SYS_FORK_THREADS] = "Windows cannot copy a process",
    [SYS_SIGNALS] = "no signal interrupts system calls of Windows",
    [SYS_LIMITS] = "Windows has no limits of a process for descriptors and sizes of files",
    [SYS_PERMISSIONS] = "files of Windows have no permission bits",
    [SYS_NODES] = "no path of a folder names a pipe or a device of Windows",
    [SYS_POSIX_AIO] = "Windows has no POSIX aio",
};

const char *
sys_lacks(enum sys_feature feature)
{
	return g_reasons[feature];
}

unsigned long
sys_process_id(void)
{
	return GetCurrentProcessId();
}

void
sys_exit_now(int status)
{
	fflush(NULL);
	TerminateProcess(GetCurrentProcess(), (UINT)status);
	abort();
}

void
sys_vanish(void)
{
	sys_exit_now(137);
}

static DWORD WINAPI
watch(void *arg)
{
	Sleep((DWORD)(uintptr_t)arg * 1000);
	TerminateProcess(GetCurrentProcess(), STATUS_KILLED);

	return 0;
}

int
sys_watchdog(unsigned seconds)
{
	HANDLE thread = CreateThread(NULL, 0, watch, (void *)(uintptr_t)seconds, 0, NULL);

	if (!thread) {
		return -EAGAIN;
	}
	CloseHandle(thread);

	return 0;
}

int
sys_fork(void)
{
	return -ENOSYS;
}

int
sys_fork_wait(int pid)
{
	(void)pid;

	return -ENOSYS;
}

int
sys_pipe(int ends[2])
{
	return _pipe(ends, 4096, _O_BINARY | _O_NOINHERIT) ? -errno : 0;
}

int
sys_pipe_read(int end, void *buf, size_t nbytes)
{
	const int n = _read(end, buf, (unsigned)nbytes);

	return n < 0 ? -errno : n;
}

int
sys_pipe_write(int end, const void *buf, size_t nbytes)
{
	const int n = _write(end, buf, (unsigned)nbytes);

	return n < 0 ? -errno : n;
}

void
sys_pipe_close(int end)
{
	_close(end);
}

/** Append an argument as the C library of the program takes it apart again */
static void
append_argument(char *line, size_t nbytes, const char *arg)
{
	size_t len = strlen(line);
	size_t nslashes = 0;

	len += (size_t)snprintf(line + len, nbytes - len, "%s\"", len ? " " : "");
	for (const char *c = arg; *c && len + 2 * nslashes + 4 < nbytes; ++c) {
		if (*c == '"') {
			/* Backslashes before a quote are doubled, and it has one of its own */
			for (size_t i = 0; i <= nslashes; ++i) {
				line[len++] = '\\';
			}
		}
		nslashes = *c == '\\' ? nslashes + 1 : 0;
		line[len++] = *c;
	}
	for (size_t i = 0; i < nslashes; ++i) {
		line[len++] = '\\';
	}
	line[len++] = '"';
	line[len] = '\0';
}

/** Start a program with these standard handles; NULL when it does not start */
static HANDLE
start(const char *const *argv, HANDLE in, HANDLE out, HANDLE err)
{
	STARTUPINFOA info = {.cb = sizeof(info), .dwFlags = STARTF_USESTDHANDLES};
	PROCESS_INFORMATION process;
	static char line[32768];

	line[0] = '\0';
	for (; *argv; ++argv) {
		append_argument(line, sizeof(line), *argv);
	}
	info.hStdInput = in;
	info.hStdOutput = out;
	info.hStdError = err;
	fflush(stdout);
	/* A crash ends the program, and does not ask anybody */
	SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
	if (!CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &info, &process)) {
		return NULL;
	}
	CloseHandle(process.hThread);

	return process.hProcess;
}

/** A pipe of which only the end `inherited`, 0 to read or 1 to write, goes to other programs */
static int
make_pipe(HANDLE ends[2], int inherited)
{
	SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes), .bInheritHandle = FALSE};

	if (!CreatePipe(&ends[0], &ends[1], &attributes, 65536)) {
		return -EMFILE;
	}
	SetHandleInformation(ends[inherited], HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);

	return 0;
}

/** What is written into the pipe now; 0 when nobody can write any more */
static int
read_pipe(HANDLE pipe, void *buf, size_t nbytes)
{
	DWORD n = 0;

	return ReadFile(pipe, buf, (DWORD)nbytes, &n, NULL) ? (int)n : 0;
}

static HANDLE
handle_of(FILE *stream)
{
	HANDLE handle = (HANDLE)_get_osfhandle(_fileno(stream));

	SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);

	return handle;
}

unsigned long
sys_program_id(const struct sys_program *program)
{
	return GetProcessId(program->process);
}

int
sys_program_start(struct sys_program *program, const char *const *argv)
{
	HANDLE in[2], out[2];

	if (make_pipe(in, 0)) {
		return -EMFILE;
	}
	if (make_pipe(out, 1)) {
		CloseHandle(in[0]);
		CloseHandle(in[1]);
		return -EMFILE;
	}
	program->process = start(argv, in[0], out[1], handle_of(stderr));
	program->in = in[1];
	program->out = out[0];
	CloseHandle(in[0]);
	CloseHandle(out[1]);
	if (!program->process) {
		CloseHandle(in[1]);
		CloseHandle(out[0]);
		return -ENOENT;
	}

	return 0;
}

int
sys_program_read(struct sys_program *program, void *buf, size_t nbytes)
{
	return read_pipe(program->out, buf, nbytes);
}

int
sys_program_end(struct sys_program *program)
{
	DWORD code = 0;

	CloseHandle(program->in);
	CloseHandle(program->out);
	WaitForSingleObject(program->process, INFINITE);
	GetExitCodeProcess(program->process, &code);
	CloseHandle(program->process);

	return code > 255 ? 255 : (int)code;
}

/** The system knows better */
void
sys_program_name(const char *argv0)
{
	(void)argv0;
}

const char *
sys_program_self(void)
{
	static char path[MAX_PATH];

	return GetModuleFileNameA(NULL, path, sizeof(path)) ? path : NULL;
}

static void
judge(struct sys_outcome *outcome, HANDLE process)
{
	DWORD code = 0;

	if (!outcome->in_time) {
		TerminateProcess(process, STATUS_KILLED);
		WaitForSingleObject(process, INFINITE);
	}
	GetExitCodeProcess(process, &code);
	outcome->status = (int)(code & 0xff);
	if (code > 255) {
		outcome->status = 255;
		snprintf(outcome->crash, sizeof(outcome->crash), "exception %08lxh", code);
	}
}

/** The report has room in the pipe, so that it can be read after the end */
static void
collect(HANDLE pipe, char *report, size_t nbytes)
{
	size_t len = 0;
	int n;

	while (len + 1 < nbytes && (n = read_pipe(pipe, report + len, nbytes - len - 1)) > 0) {
		len += (size_t)n;
	}
	report[len] = '\0';
}

struct sys_outcome
sys_work_run(const struct sys_work *work, char *report, size_t report_nbytes)
{
	struct sys_outcome outcome = {0};
	HANDLE output = handle_of(work->output);
	HANDLE process, pipe[2];
	char number[32];

	if (make_pipe(pipe, 1)) {
		return outcome;
	}
	snprintf(number, sizeof(number), "%llu", (unsigned long long)(uintptr_t)pipe[1]);
	SetEnvironmentVariableA(REPORT_VARIABLE, number);
	process = start(work->argv, GetStdHandle(STD_INPUT_HANDLE), output, output);
	SetEnvironmentVariableA(REPORT_VARIABLE, NULL);
	CloseHandle(pipe[1]);
	if (process) {
		outcome.started = true;
		outcome.in_time =
		    WaitForSingleObject(process, work->timeout_s * 1000) == WAIT_OBJECT_0;
		judge(&outcome, process);
		CloseHandle(process);
		collect(pipe[0], report, report_nbytes);
	}
	CloseHandle(pipe[0]);

	return outcome;
}

void
sys_work_report(const char *text, size_t nbytes)
{
	const char *number = getenv(REPORT_VARIABLE);
	DWORD n;

	if (number) {
		WriteFile((HANDLE)(uintptr_t)strtoull(number, NULL, 10), text, (DWORD)nbytes, &n,
			  NULL);
	}
}

int
sys_env_set(const char *name, const char *value)
{
	char text[1024];

	/* The C library keeps a copy; for both, an empty value is none */
	if (value && !value[0]) {
		return -EINVAL;
	}
	snprintf(text, sizeof(text), "%s=%s", name, value ? value : "");
	_putenv(text);

	return SetEnvironmentVariableA(name, value) || !value ? 0 : -EINVAL;
}

int
sys_limit_set(enum sys_limit limit, uint64_t value)
{
	(void)limit;
	(void)value;

	return -ENOSYS;
}

int
sys_limit_reset(enum sys_limit limit)
{
	(void)limit;

	return -ENOSYS;
}

int
sys_interrupts(unsigned period_us)
{
	(void)period_us;

	return -ENOSYS;
}

unsigned
sys_count_interrupts(void)
{
	return 0;
}
