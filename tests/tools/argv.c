// SPDX-License-Identifier: BSD-3-Clause
/**
 * Tools as processes: random command lines, and signals under load
 *
 * TOOLS_DIR is the folder of the tools built. ARGV_ROUNDS and ARGV_SEED make longer or other runs;
 * a failing command line is printed.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <support/test.h>
#include <support/tree.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))
#define WORDS_MAX	 12
#define OPTIONS_MAX	 64
#define ROUNDS_DEFAULT	 1000
#define NSIGNALS	 20
#define FILE_NBYTES_MAX	 (4U << 20)

static const char *const tools[] = {"xnvme", "lblk", "xnvme_file", "xdd"};

static const char *const subs[] = {
    "list",
    "enum",
    "info",
    "idfy",
    "idfy-ns",
    "idfy-ctrlr",
    "idfy-cs",
    "log",
    "log-erri",
    "log-health",
    "log-fdp-config",
    "log-ruhu",
    "log-fdp-stats",
    "log-fdp-events",
    "feature-get",
    "feature-set",
    "set-fdp-events",
    "format",
    "sanitize",
    "fdp-ruhs",
    "fdp-ruhu",
    "pioc",
    "padc",
    "library-info",
    "dsm",
    "subsystem-reset",
    "show-regs",
    "ctrlr-reset",
    "ns-rescan",
    "scan",
    "doctor",
    "dir-send",
    "dir-receive",
    "read",
    "write",
    "write-zeros",
    "write-uncor",
    "write-dir",
    "write-read-pi",
    "compare",
    "verify",
    "flush",
    "copy",
    "write-read",
    "dump-sync",
    "dump-sync-iovec",
    "dump-async",
    "dump-async-iovec",
    "load-sync",
    "load-async",
    "copy-sync",
    "copy-async",
    "sync",
    "async",
    "nosuch",
    "",
};

static const char *const words[] = {
    "1GB",
    "1GB",
    "1GB",
    "in",
    "out",
    "nosuch",
    "/dev/null",
    ".",
    "-1GB",
    "1 GB",
    "--slba",
    "--nlb",
    "--sdlba",
    "--llb",
    "--nsid",
    "--cns",
    "--csi",
    "--cntid",
    "--lid",
    "--lsp",
    "--lpo-nbytes",
    "--rae",
    "--limit",
    "--lsi",
    "--fid",
    "--feat",
    "--sel",
    "--save",
    "--lbafl",
    "--opcode",
    "--cdw0",
    "--cdw10",
    "--cdw12",
    "--data-nbytes",
    "--data-input",
    "--data-output",
    "--meta-nbytes",
    "--meta-input",
    "--meta-output",
    "--sanact",
    "--dtype",
    "--doper",
    "--pid",
    "--iosize",
    "--qdepth",
    "--vec-cnt",
    "--offset",
    "--direct",
    "--be",
    "--sync",
    "--async",
    "--mem",
    "--admin",
    "--dev-nsid",
    "--json",
    "--force",
    "--dry-run",
    "--help",
    "--version",
    "-h",
    "--bogus",
    "--",
    "-",
    "--slba=0",
    "--nlb=0",
    "--nlb=65535",
    "--data-nbytes=4096",
    "--data-nbytes=0",
    "--iosize=512",
    "--qdepth=4096",
    "--vec-cnt=1024",
    "--opcode=0x2",
    "--fid=7",
    "--lid=2",
    "--cns=1",
    "--limit=9",
    "0",
    "1",
    "2",
    "7",
    "0x1",
    "ff",
    "512",
    "513",
    "4096",
    "65536",
    "1M",
    "1G",
    "1T",
    "-1",
    "+1",
    "4294967295",
    "4294967296",
    "18446744073709551615",
    "18446744073709551616",
    "0xffffffffffffffff",
    "67108865",
    "zz",
    "",
    " ",
    "=",
    "%s%n%x",
    "\x1b[31m",
    "\xff\xfe",
    "linux",
    "ramdisk",
    "emu",
    "thrpool",
    "posix",
    "nil",
    "io_uring",
    "libaio",
    "psync",
};

static uint64_t prng_state;

static uint32_t
prng(uint32_t below)
{
	prng_state = prng_state * 6364136223846793005ULL + 1442695040888963407ULL;

	return (uint32_t)(prng_state >> 33) % below;
}

static const char *
tools_dir(void)
{
	static char path[4096];
	const char *dir = getenv("TOOLS_DIR");

	/* Looked up once, before the working folder changes */
	if (path[0]) {
		return path;
	}
	if (!dir || !realpath(dir, path)) {
		fputs("TOOLS_DIR is not set\n", stderr);
		exit(99);
	}

	return path;
}

/** Start a tool with its output going to files called stdout and stderr, in the current folder */
static pid_t
start(const char *tool, char **argv, bool limited)
{
	const struct rlimit file_limit = {FILE_NBYTES_MAX, FILE_NBYTES_MAX};
	char path[4200];
	pid_t pid;

	snprintf(path, sizeof(path), "%s/%s", tools_dir(), tool);
	fflush(stdout);
	pid = fork();
	if (pid != 0) {
		return pid;
	}
	if (limited) {
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &file_limit);
	}
	alarm(20);
	dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
	dup2(open("stdout", O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
	dup2(open("stderr", O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
	execv(path, argv);
	_exit(126);
}

static bool
file_is_empty(const char *path)
{
	struct stat st;

	return stat(path, &st) != 0 || st.st_size == 0;
}

static bool
file_has(const char *path, const char *text)
{
	static char buf[65536];
	FILE *stream = fopen(path, "r");
	size_t len = 0;

	if (stream) {
		len = fread(buf, 1, sizeof(buf) - 1, stream);
		fclose(stream);
	}
	buf[len] = '\0';

	return strstr(buf, text) != NULL;
}

static void
show(const char *tool, char **argv, const char *why, int status)
{
	char line[4096];
	size_t len = 0;

	line[0] = '\0';
	for (int i = 1; argv[i] && len < sizeof(line) - 64; ++i) {
		len += (size_t)snprintf(line + len, sizeof(line) - len, " '%.40s'", argv[i]);
	}
	test_fail(__FILE__, __LINE__, "%s: status 0x%x: %s%s", why, (unsigned)status, tool, line);
}

static void
check_run(const char *tool, char **argv)
{
	int status = 0;
	const pid_t pid = start(tool, argv, true);

	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		show(tool, argv, "cannot be run", status);
	} else if (!WIFEXITED(status) || WEXITSTATUS(status) > 2) {
		show(tool, argv, "ended by a signal, or with a status of no meaning", status);
	} else if (status && file_is_empty("stderr")) {
		show(tool, argv, "failed without a word", status);
	} else if (file_has("stderr", "Sanitizer") || file_has("stderr", "runtime error:")) {
		show(tool, argv, "a sanitizer objects", status);
	}
}

/** Any words in any order: hardly one line in a hundred gets past the parser */
static void
random_words(void)
{
	const char *tool = tools[prng(ARRAY_LEN(tools))];
	char *argv[WORDS_MAX + 3] = {(char *)(uintptr_t)tool};
	const int nwords = (int)prng(WORDS_MAX);
	int argc = 1;

	argv[argc++] = (char *)(uintptr_t)subs[prng(ARRAY_LEN(subs))];
	for (int i = 0; i < nwords; ++i) {
		argv[argc++] = (char *)(uintptr_t)words[prng(ARRAY_LEN(words))];
	}
	check_run(tool, argv);
}

/** The spelling of arguments and options in the usage of a sub-command: "uri", "--slba 0xNUM", ...
 */
struct usage {
	char names[OPTIONS_MAX][32];
	bool valued[OPTIONS_MAX];
	bool file[OPTIONS_MAX];
	uint32_t nnames;
	uint32_t npositionals;
};

/** False when the tool does not have the sub-command */
static bool
usage_read(const char *tool, const char *sub, struct usage *usage)
{
	char *argv[] = {(char *)(uintptr_t)tool, (char *)(uintptr_t)sub,
			(char *)(uintptr_t) "--help", NULL};
	char line[512];
	char kind[32];
	FILE *stream;
	int status = 0;
	const pid_t pid = start(tool, argv, false);

	memset(usage, 0, sizeof(*usage));
	if (waitpid(pid, &status, 0) != pid || status || !file_has("stdout", "Usage: ") ||
	    file_has("stdout", "Sub-commands")) {
		return false;
	}
	stream = fopen("stdout", "r");
	while (stream && fgets(line, sizeof(line), stream) && usage->nnames < OPTIONS_MAX) {
		char *name = usage->names[usage->nnames];

		if (sscanf(line, "  %31s %31s", name, kind) != 2 || line[2] == ' ' ||
		    strncmp(line, "  ", 2) != 0) {
			continue;
		}
		if (strncmp(name, "--", 2) != 0) {
			usage->npositionals += 1;
			continue;
		}
		usage->valued[usage->nnames] = !strcmp(kind, "NUM") || !strcmp(kind, "0xNUM") ||
					       !strcmp(kind, "FILE") || !strcmp(kind, "STRING") ||
					       !strcmp(kind, "URI");
		usage->file[usage->nnames] = !strcmp(kind, "FILE");
		usage->nnames += 1;
	}
	if (stream) {
		fclose(stream);
	}

	return usage->nnames > 0;
}

/** A value that an option probably takes; one in sixteen is any word */
static const char *
random_value(bool file)
{
	static const char *const values[] = {"0", "1", "1", "2", "7", "8", "200", "512", "1000"};

	if (prng(16) == 0) {
		return words[prng(ARRAY_LEN(words))];
	}
	if (file) {
		return prng(2) ? "in" : "out";
	}

	return prng(3) ? values[prng(3)] : values[prng(ARRAY_LEN(values))];
}

/** Options that the sub-command has, with values of their kind more often than not */
static void
random_options(void)
{
	char *argv[2 * OPTIONS_MAX + 8] = {NULL};
	const char *tool;
	const char *sub;
	struct usage usage;
	int argc = 0;

	do {
		tool = tools[prng(ARRAY_LEN(tools))];
		sub = subs[prng(ARRAY_LEN(subs))];
	} while (!usage_read(tool, sub, &usage));
	argv[argc++] = (char *)(uintptr_t)tool;
	argv[argc++] = (char *)(uintptr_t)sub;
	for (uint32_t i = 0; i < usage.npositionals && i < 4; ++i) {
		argv[argc++] = (char *)(uintptr_t)(prng(4) ? "1GB" : "in");
	}
	for (uint32_t i = 0; i < usage.nnames; ++i) {
		if (!strcmp(usage.names[i], "--help") || !strcmp(usage.names[i], "--version") ||
		    prng(3) == 0) {
			continue;
		}
		/* Options for opening are mostly right as they are */
		if (usage.valued[i] && i + 12 > usage.nnames && prng(8)) {
			continue;
		}
		argv[argc++] = usage.names[i];
		if (usage.valued[i]) {
			argv[argc++] = (char *)(uintptr_t)random_value(usage.file[i]);
		}
	}
	argv[argc] = NULL;
	check_run(tool, argv);
}

static void
random_command_lines_end_in_0_1_or_2_and_failures_in_words(void)
{
	const char *rounds_text = getenv("ARGV_ROUNDS");
	const char *seed_text = getenv("ARGV_SEED");
	const long rounds = rounds_text ? strtol(rounds_text, NULL, 10) : ROUNDS_DEFAULT;

	prng_state = seed_text ? strtoull(seed_text, NULL, 10) : 1;
	for (long i = 0; i < rounds; ++i) {
		(i % 2 ? random_options : random_words)();
	}
}

/** Wait until the tool is at work: its output file has grown */
static bool
at_work(pid_t pid, const char *path)
{
	int status;

	while (file_is_empty(path)) {
		if (waitpid(pid, &status, WNOHANG) != 0) {
			return false;
		}
	}

	return true;
}

static void
interrupt(int signo, const char *sub)
{
	char *argv[] = {(char *)(uintptr_t) "xnvme_file", (char *)(uintptr_t)sub,
			(char *)(uintptr_t) "big",	  (char *)(uintptr_t) "--data-nbytes",
			(char *)(uintptr_t) "1G",	  (char *)(uintptr_t) "--iosize",
			(char *)(uintptr_t) "4096",	  NULL};
	int status = 0;
	pid_t pid;

	unlink("big");
	pid = start("xnvme_file", argv, false);
	CHECK(pid > 0);
	CHECK(at_work(pid, "big"));
	CHECK_EQ(kill(pid, signo), 0);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	unlink("big");
	CHECK(WIFSIGNALED(status));
	CHECK_EQ(WTERMSIG(status), signo);
	/* It had not finished, so it has nothing to say, and says no half of it */
	CHECK(file_is_empty("stdout"));
}

static void
a_signal_ends_a_tool_under_load(void)
{
	static const char *const loads[] = {"dump-sync", "dump-async", "dump-sync-iovec",
					    "dump-async-iovec"};

	for (int i = 0; i < NSIGNALS; ++i) {
		interrupt(i % 2 ? SIGINT : SIGTERM, loads[(size_t)(i / 2) % ARRAY_LEN(loads)]);
	}
}

static const struct test tests[] = {
    TEST_CASE(random_command_lines_end_in_0_1_or_2_and_failures_in_words),
    TEST_CASE(a_signal_ends_a_tool_under_load),
};

int
main(int argc, char **argv)
{
	FILE *in;
	int status;

	(void)tools_dir();
	if (chdir(tree_begin())) {
		return 99;
	}
	in = fopen("in", "w");
	if (!in || ftruncate(fileno(in), 10000) || fclose(in)) {
		return 99;
	}
	status = test_main(tests, ARRAY_LEN(tests), argc, argv);

	if (chdir("/")) {
		return 99;
	}
	tree_end();

	return status;
}
