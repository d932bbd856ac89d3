// SPDX-License-Identifier: BSD-3-Clause
#include <stdint.h>
#include <string.h>
#include <support/cli.h>
#include <support/sys.h>

#define ARGC_MAX 512

struct xnvme_cli_sub sub;
struct xnvme_cli cli;
int handler_result;
int handler_ncalls;
int handler_pr_opts;
int handler_rdonly;
bool handler_is_forced;
bool handler_is_dry_run;
bool handler_had_dev;
char errors[65536];

static int
handler(struct xnvme_cli *self)
{
	handler_ncalls += 1;
	handler_pr_opts = xnvme_cli_pr_opts(self);
	handler_is_forced = xnvme_cli_is_forced(self);
	handler_is_dry_run = xnvme_cli_is_dry_run(self);
	handler_had_dev = self->args.dev != NULL;
	handler_rdonly = self->args.dev ? xnvme_dev_get_opts(self->args.dev)->rdonly : -1;

	return handler_result;
}

void
setup(void)
{
	memset(&sub, 0, sizeof(sub));
	memset(&cli, 0, sizeof(cli));
	sub.name = "try";
	sub.descr_short = "Try something";
	sub.command = handler;
	cli.title = "tool";
	cli.subs = &sub;
	cli.nsubs = 1;
	cli.ver_pr = xnvme_ver_pr;
	handler_result = 0;
	handler_ncalls = 0;
	handler_pr_opts = -1;
}

void
sub_add(enum xnvme_cli_opt opt, enum xnvme_cli_opt_type type)
{
	size_t i = 0;

	while (sub.opts[i].opt != XNVME_CLI_OPT_NONE) {
		++i;
	}
	sub.opts[i] = (struct xnvme_cli_sub_opt){opt, type};
}

/** As run_argv(), with what is printed to stdout going to `out` */
static int
run_to(FILE *out, int argc, char **argv, int opts)
{
	FILE *kept = sys_temp_stream();
	const int err_before = sys_stream_redirect(stderr, kept);
	const int out_before = sys_stream_redirect(stdout, out);
	const int status = xnvme_cli_run(&cli, argc, argv, opts);
	size_t len;

	sys_stream_restore(stdout, out_before);
	sys_stream_restore(stderr, err_before);
	rewind(kept);
	len = fread(errors, 1, sizeof(errors) - 1, kept);
	errors[len] = '\0';
	fclose(kept);

	return status;
}

int
run_argv(int argc, char **argv, int opts)
{
	FILE *thrown_away = sys_temp_stream();
	const int status = run_to(thrown_away, argc, argv, opts);

	fclose(thrown_away);

	return status;
}

/** Split at blanks; "tool" is put in front */
static int
split(const char *line, char *argv[ARGC_MAX])
{
	static char words[16384];
	int argc = 0;

	argv[argc++] = (char *)(uintptr_t) "tool";
	snprintf(words, sizeof(words), "%s", line);
	for (char *word = strtok(words, " "); word && argc < ARGC_MAX - 1;
	     word = strtok(NULL, " ")) {
		argv[argc++] = word;
	}
	argv[argc] = NULL;

	return argc;
}

int
run_opts(const char *line, int opts)
{
	static char *argv[ARGC_MAX];
	const int argc = split(line, argv);

	return run_argv(argc, argv, opts);
}

int
run_kept(const char *line, char *text, size_t nbytes)
{
	static char *argv[ARGC_MAX];
	const int argc = split(line, argv);
	FILE *kept = sys_temp_stream();
	const int status = run_to(kept, argc, argv, XNVME_CLI_INIT_NONE);

	rewind(kept);
	text[fread(text, 1, nbytes - 1, kept)] = '\0';
	fclose(kept);

	return status;
}

int
run(const char *line)
{
	return run_opts(line, XNVME_CLI_INIT_NONE);
}

int
run_value(const char *name, const char *value, bool joined)
{
	/* What is parsed points into the arguments, and is looked at after the return */
	static char tool[] = "tool";
	static char name_of_sub[] = "try";
	static char first[8192];
	static char second[8192];
	static char *argv[5] = {tool, name_of_sub, first, second, NULL};

	snprintf(first, sizeof(first), joined ? "--%s=%s" : "--%s", name, value);
	snprintf(second, sizeof(second), "%s", value);

	return run_argv(joined ? 3 : 4, argv, XNVME_CLI_INIT_NONE);
}

bool
said(const char *text)
{
	return strstr(errors, text) != NULL;
}
