// SPDX-License-Identifier: BSD-3-Clause
/**
 * A tool with one sub-command, "try", for tests of the command line
 */
#ifndef XNVT_CLI_H
#define XNVT_CLI_H

#include <stdbool.h>
#include <stdio.h>
#include <libxnvme.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

extern struct xnvme_cli_sub sub;
extern struct xnvme_cli cli;

/** What the handler returns, and what it saw */
extern int handler_result;
extern int handler_ncalls;
extern int handler_pr_opts;
extern int handler_rdonly;
extern bool handler_is_forced;
extern bool handler_is_dry_run;
extern bool handler_had_dev;

/** What the last run wrote to stderr */
extern char errors[65536];

/** Start over: no options, the handler returns 0 */
void setup(void);

void sub_add(enum xnvme_cli_opt opt, enum xnvme_cli_opt_type type);

/** Run with output thrown away and messages kept in `errors` */
int run_argv(int argc, char **argv, int opts);

/** Split at blanks and run; "tool" is put in front */
int run_opts(const char *line, int opts);

int run(const char *line);

/** As run(), with what the tool prints kept in `text` */
int run_kept(const char *line, char *text, size_t nbytes);

/** As run(), for one option and a value that may hold anything; `joined`: --name=value */
int run_value(const char *name, const char *value, bool joined);

bool said(const char *text);

#endif /* XNVT_CLI_H */
