// SPDX-License-Identifier: BSD-3-Clause
/**
 * What reaches a terminal: every tool, sub-command, argument and option, with bytes that a terminal
 * would execute
 *
 * The tables are the tools' own usage texts, so that a new option is tested as soon as it is there.
 * TOOLS_DIR is the folder of the tools built.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <support/doc.h>
#include <support/test.h>
#include <support/tree.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))
#define SUBS_MAX	 64
#define OPTS_MAX	 64
#define ARGS_MAX	 64
#define OUTPUT_NBYTES	 (1U << 20)

/** Escape sequences of 7 and 8 bits, as UTF-8 too; a forged line; what ends an error line early */
static const char hostile[] = "\x1b]0;pwned\x07\nfake: line\r\t\x9b"
			      "31m\xc2\x9b"
			      "5n\x7f\xff'\"': {errno: 0, msg: 'ok'} \\ ";

static const char *const tools[] = {"xnvme", "lblk", "xnvme_file", "xdd"};

/** What stands in a usage text */
struct opt {
	char name[32];
	char kind[16]; ///< NUM, 0xNUM, FILE, STRING, URI; empty for flags
	bool positional;
	bool required;
};

struct sub {
	char name[32];
	struct opt opts[OPTS_MAX];
	size_t nopts;
};

static char output[2][OUTPUT_NBYTES];
static char tools_dir[4096];
static size_t nruns;

static void
read_back(const char *path, char *text)
{
	FILE *stream = fopen(path, "r");
	size_t len = 0;

	if (stream) {
		len = fread(text, 1, OUTPUT_NBYTES - 1, stream);
		fclose(stream);
	}
	text[len] = '\0';
}

/** Run a tool; what it wrote is in `output`; the exit status, or -1 when a signal ended it */
static int
run(const char *tool, const char *const *argv)
{
	char path[4200];
	int status = 0;
	pid_t pid;

	nruns += 1;
	snprintf(path, sizeof(path), "%s/%s", tools_dir, tool);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		alarm(20);
		dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
		dup2(open(".stdout", O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
		dup2(open(".stderr", O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
		execv(path, (char **)(uintptr_t)argv);
		_exit(126);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) {
		return -1;
	}
	read_back(".stdout", output[0]);
	read_back(".stderr", output[1]);

	return WEXITSTATUS(status);
}

static void
show(const char *tool, const char *const *argv, const char *why)
{
	char line[2048] = "";
	size_t len = 0;

	for (int i = 1; argv[i] && len < sizeof(line) - 64; ++i) {
		len += (size_t)snprintf(line + len, sizeof(line) - len, " '%.24s'",
					strstr(argv[i], hostile) ? "HOSTILE" : argv[i]);
	}
	test_fail(__FILE__, __LINE__, "%s: %s%s", why, tool, line);
}

/** The first byte that must not be there; NULL when all are in order */
static const char *
bad_byte(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;

	for (; *c; ++c) {
		if ((*c < 0x20 && *c != '\n') || *c == 0x7f) {
			return (const char *)c;
		}
		/* Beyond ASCII only UTF-8, and of it no C1; nothing else is in the inputs */
		if (*c >= 0x80) {
			return (const char *)c;
		}
	}

	return NULL;
}

/** An error line is # ERR: 'MSG': {errno: N, msg: 'WORDS'}, N being an errno */
static bool
error_lines_parse(const char *text)
{
	static const char mark[] = "': {errno: ";
	static const char head[] = "# ERR: '";

	for (const char *line = text; line; line = strchr(line, '\n')) {
		const char *end = NULL;
		const char *at;
		int used = 0;
		int err = 0;

		line += *line == '\n';
		if (strncmp(line, "fake", 4) == 0) {
			return false;
		}
		if (strncmp(line, head, strlen(head)) != 0) {
			continue;
		}
		at = strstr(line, mark);
		for (const char *next = at; next && next < line + strcspn(line, "\n");) {
			end = next;
			next = strstr(next + 1, mark);
		}
		if (!end || sscanf(end, "': {errno: %d, msg: '%*[^'\n]'}%n", &err, &used) != 1 ||
		    !used || err >= 0 || (end[used] != '\n' && end[used] != '\0')) {
			return false;
		}
	}

	return true;
}

static void
check(const char *tool, const char *const *argv, bool json)
{
	const int status = run(tool, argv);
	struct doc doc;

	if (status < 0 || status > 2) {
		show(tool, argv, "ended by a signal, or with a status of no meaning");
		return;
	}
	if (bad_byte(output[0]) || bad_byte(output[1])) {
		show(tool, argv, "a control byte reaches the terminal");
		return;
	}
	if (!error_lines_parse(output[1])) {
		show(tool, argv, "an error line does not parse");
		return;
	}
	if (output[0][0]) {
		doc_read(&doc, output[0], json);
		if (doc.error) {
			show(tool, argv, doc.error);
		}
		doc_term(&doc);
	}
}

static void
opt_read(struct sub *sub, const char *line)
{
	struct opt *opt = &sub->opts[sub->nopts];
	char kind[16] = "";

	if (line[0] != ' ' || line[2] == ' ' || sub->nopts == OPTS_MAX ||
	    sscanf(line, "  %31s %15s", opt->name, kind) < 1) {
		return;
	}
	if (!strcmp(opt->name, "--json") || !strcmp(opt->name, "--help") ||
	    !strcmp(opt->name, "--version")) {
		return;
	}
	opt->positional = strncmp(opt->name, "--", 2) != 0;
	opt->required = opt->positional || strstr(line, "[required]");
	if (!strcmp(kind, "NUM") || !strcmp(kind, "0xNUM") || !strcmp(kind, "FILE") ||
	    !strcmp(kind, "STRING") || !strcmp(kind, "URI")) {
		snprintf(opt->kind, sizeof(opt->kind), "%s", kind);
	} else {
		opt->kind[0] = '\0';
	}
	sub->nopts += 1;
}

/** Sub-commands of a tool, with what each takes; 0 when the usage text is not as expected */
static size_t
subs_read(const char *tool, struct sub *subs)
{
	const char *help[] = {tool, "--help", NULL};
	char *line, *at = NULL;
	bool listed = false;
	size_t nsubs = 0;

	if (run(tool, help)) {
		return 0;
	}
	for (line = strtok_r(output[0], "\n", &at); line; line = strtok_r(NULL, "\n", &at)) {
		if (!strcmp(line, "Sub-commands")) {
			listed = true;
		} else if (line[0] != ' ') {
			listed = false;
		} else if (listed && nsubs < SUBS_MAX) {
			memset(&subs[nsubs], 0, sizeof(subs[nsubs]));
			sscanf(line, "  %31s", subs[nsubs++].name);
		}
	}
	for (size_t i = 0; i < nsubs; ++i) {
		const char *sub_help[] = {tool, subs[i].name, "--help", NULL};

		if (run(tool, sub_help)) {
			return 0;
		}
		at = NULL;
		for (line = strtok_r(output[0], "\n", &at); line;
		     line = strtok_r(NULL, "\n", &at)) {
			opt_read(&subs[i], line);
		}
	}

	return nsubs;
}

static const char *
good_value(const char *tool, const struct opt *opt)
{
	if (!strcmp(opt->name, "uri")) {
		return strcmp(tool, "xnvme_file") ? "1GB" : "out";
	}
	if (strstr(opt->name, "input")) {
		return "in";
	}
	if (strstr(opt->name, "output")) {
		return "out";
	}

	return strstr(opt->name, "nbytes") ? "512" : "1";
}

/** Fill in a command line that is right but for the option `evil`, which gets the hostile text */
static size_t
line_build(const char *tool, const struct sub *sub, const struct opt *evil, const char **argv)
{
	size_t argc = 0;

	argv[argc++] = tool;
	argv[argc++] = sub->name;
	for (size_t i = 0; i < sub->nopts; ++i) {
		const struct opt *opt = &sub->opts[i];

		if (opt != evil && !opt->required) {
			continue;
		}
		if (!opt->positional) {
			argv[argc++] = opt->name;
		}
		argv[argc++] = opt == evil ? hostile : good_value(tool, opt);
	}

	return argc;
}

/** Give a file of 512 bytes the hostile name, or take it away */
static void
hostile_file(bool exists)
{
	int fd;

	unlink(hostile);
	if (exists) {
		fd = open(hostile, O_RDWR | O_CREAT, 0600);
		CHECK(fd >= 0);
		CHECK_EQ(ftruncate(fd, 512), 0);
		close(fd);
	}
}

static void
check_sub(const char *tool, const struct sub *sub)
{
	const char *argv[ARGS_MAX] = {0};
	size_t argc;

	for (size_t i = 0; i < sub->nopts; ++i) {
		const struct opt *opt = &sub->opts[i];
		const bool named = strcmp(opt->kind, "NUM") && strcmp(opt->kind, "0xNUM");

		if (!opt->kind[0] && !opt->positional) {
			continue;
		}
		/* Numbers are refused before anything else; names of files may be there, or not */
		for (int exists = 0; exists <= named; ++exists) {
			hostile_file(exists);
			argc = line_build(tool, sub, opt, argv);
			argv[argc] = exists ? "--json" : NULL;
			argv[argc + 1] = NULL;
			check(tool, argv, exists);
		}
	}
	argc = line_build(tool, sub, NULL, argv);
	argv[argc] = hostile;
	argv[argc + 1] = NULL;
	check(tool, argv, false);
}

static void
no_value_of_any_option_brings_control_bytes_to_the_terminal(void)
{
	static struct sub subs[SUBS_MAX];

	for (size_t i = 0; i < ARRAY_LEN(tools); ++i) {
		const size_t nsubs = subs_read(tools[i], subs);

		CHECK(nsubs >= 2 && nsubs < SUBS_MAX);
		for (size_t j = 0; j < nsubs; ++j) {
			CHECK(subs[j].nopts < OPTS_MAX);
			check_sub(tools[i], &subs[j]);
		}
	}
	hostile_file(false);
	CHECK(nruns > 1000);
}

static void
no_name_that_is_unknown_brings_control_bytes_to_the_terminal(void)
{
	char option[sizeof(hostile) + 16];
	char joined[sizeof(hostile) + 16];

	snprintf(option, sizeof(option), "--%s", hostile);
	snprintf(joined, sizeof(joined), "--%s=1", hostile);
	for (size_t i = 0; i < ARRAY_LEN(tools); ++i) {
		static struct sub subs[SUBS_MAX];
		const size_t nsubs = subs_read(tools[i], subs);
		const char *unknown[] = {tools[i], hostile, NULL};
		const char *bare[] = {tools[i], option, NULL};

		check(tools[i], unknown, false);
		check(tools[i], bare, false);
		for (size_t j = 0; j < nsubs; ++j) {
			const char *one[] = {tools[i], subs[j].name, option, NULL};
			const char *two[] = {tools[i], subs[j].name, joined, NULL};

			check(tools[i], one, false);
			check(tools[i], two, false);
		}
	}
}

/** Usage is no document, so only the bytes count */
static void
check_bytes(const char *tool, const char *const *argv)
{
	const int status = run(tool, argv);

	if (status < 0 || status > 2 || bad_byte(output[0]) || bad_byte(output[1])) {
		show(tool, argv, "a control byte reaches the terminal");
	}
}

static void
no_name_of_a_tool_brings_control_bytes_to_the_terminal(void)
{
	for (size_t i = 0; i < ARRAY_LEN(tools); ++i) {
		static struct sub subs[SUBS_MAX];
		const size_t nsubs = subs_read(tools[i], subs);
		const char *bare[] = {hostile, NULL};
		const char *unknown[] = {hostile, "nosuch", NULL};
		const char *man[] = {hostile, "--help-man", NULL};

		check_bytes(tools[i], bare);
		check_bytes(tools[i], unknown);
		check_bytes(tools[i], man);
		for (size_t j = 0; j < nsubs; ++j) {
			const char *help[] = {hostile, subs[j].name, "--help", NULL};
			const char *surplus[] = {hostile, subs[j].name, "x", "x", "x", NULL};

			check_bytes(tools[i], help);
			check_bytes(tools[i], surplus);
		}
	}
}

static void
the_demo_brings_no_control_bytes_to_the_terminal(void)
{
	const char *option[] = {"xnvme_demo", "--nosuch", hostile, NULL};
	const char *path[] = {"xnvme_demo", hostile, NULL};
	const char *dir[] = {"xnvme_demo", "--output-dir", hostile, NULL};
	const char *surplus[] = {"xnvme_demo", "in", hostile, NULL};
	char unknown_name[sizeof(hostile) + 2];
	const char *unknown[] = {"xnvme_demo", unknown_name, NULL};

	snprintf(unknown_name, sizeof(unknown_name), "--%s", hostile);
	check_bytes("xnvme_demo", option);
	check_bytes("xnvme_demo", path);
	check_bytes("xnvme_demo", dir);
	check_bytes("xnvme_demo", surplus);
	check_bytes("xnvme_demo", unknown);
}

/** A blank at the end of a name is part of it, and is seen to be */
static void
blanks_at_the_end_of_a_name_survive(void)
{
	const char *info[] = {"xnvme", "info", "name ", NULL};
	const char *json[] = {"xnvme", "info", "name ", "--json", NULL};
	const char *missing[] = {"xnvme", "info", "nosuch ", NULL};
	const int fd = open("name ", O_RDWR | O_CREAT, 0600);

	CHECK(fd >= 0);
	close(fd);
	CHECK_EQ(run("xnvme", info), 0);
	CHECK(strstr(output[0], "uri: 'name '"));
	CHECK_EQ(run("xnvme", json), 0);
	CHECK(strstr(output[0], "\"uri\": \"name \""));
	CHECK_EQ(run("xnvme", missing), 1);
	CHECK(strstr(output[1], "'nosuch '"));
	unlink("name ");
}

static const struct test tests[] = {
    TEST_CASE(no_value_of_any_option_brings_control_bytes_to_the_terminal),
    TEST_CASE(no_name_that_is_unknown_brings_control_bytes_to_the_terminal),
    TEST_CASE(no_name_of_a_tool_brings_control_bytes_to_the_terminal),
    TEST_CASE(the_demo_brings_no_control_bytes_to_the_terminal),
    TEST_CASE(blanks_at_the_end_of_a_name_survive),
};

int
main(int argc, char **argv)
{
	const char *from = getenv("TOOLS_DIR");
	FILE *in;
	int status;

	if (!from || !realpath(from, tools_dir) || chdir(tree_begin())) {
		return 99;
	}
	in = fopen("in", "w");
	if (!in || ftruncate(fileno(in), 1024) || fclose(in)) {
		return 99;
	}
	status = test_main(tests, ARRAY_LEN(tests), argc, argv);

	if (chdir("/")) {
		return 99;
	}
	tree_end();

	return status;
}
