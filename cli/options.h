// SPDX-License-Identifier: BSD-3-Clause
/**
 * Shared by the files of cli/: rows of the option table, and the state of one xnvme_cli_run()
 */
#ifndef XNVI_CLI_OPTIONS_H
#define XNVI_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <libxnvme_cli.h>

/** Where a value goes in struct xnvme_cli_args */
enum xnvi_cli_dest {
	XNVI_CLI_DEST_NONE = 0, ///< Not stored: titles, and numbers without an option
	XNVI_CLI_DEST_NUM = 1,	///< Unsigned integer of nbytes
	XNVI_CLI_DEST_BOOL = 2,
	XNVI_CLI_DEST_STR = 3, ///< Pointer into argv
	XNVI_CLI_DEST_CSS = 4, ///< struct xnvme_opts_css
};

/** One option; for strings `max` is the largest length in bytes, 0 for no limit */
struct xnvi_cli_row {
	struct xnvme_cli_opt_attr attr;
	uint64_t max;
	const char *unit;
	uint32_t min;
	uint16_t offset;
	uint8_t nbytes;
	uint8_t dest; ///< enum xnvi_cli_dest
};

/** State of one xnvme_cli_run() that has no place in struct xnvme_cli, whose layout is fixed */
struct xnvi_cli_run {
	const struct xnvme_cli *cli;
	bool json;
	bool help;
	bool version;
	bool force;
	bool dry_run;
	bool reported; ///< The handler printed a message about its failure
	struct xnvi_cli_run *outer;
};

/** The run of the calling thread, NULL outside of xnvme_cli_run() */
extern _Thread_local struct xnvi_cli_run *xnvi_cli_current;

/** The row of an option, NULL for unknown ones */
const struct xnvi_cli_row *xnvi_cli_row_get(enum xnvme_cli_opt opt);

/** How a value of the row is written in usage text, e.g. "0xNUM" */
const char *xnvi_cli_kind_str(const struct xnvi_cli_row *row);

/** What the row accepts, in words, for messages */
void xnvi_cli_accepted_str(const struct xnvi_cli_row *row, char *buf, size_t buf_nbytes);

/**
 * Parse a number, which has to be the whole string
 *
 * @param hex Base 16, with or without the prefix 0x. Otherwise base 10, or 16 with the prefix, and
 * optionally a suffix k, m, g or t in either case, multiples of 1024
 *
 * @return 0; -EINVAL when it is not a number of that kind; -ERANGE when it exceeds 64 bits
 */
int xnvi_cli_num_parse(const char *text, bool hex, uint64_t *value);

/**
 * Check a value and store it
 *
 * @return 0; -EINVAL when the text is not of the row's kind; -ERANGE when it is out of the row's
 * range. On failure nothing is stored.
 */
int xnvi_cli_value_store(const struct xnvi_cli_row *row, const char *text,
			 struct xnvme_cli_args *args);

/** Store the value of a flag: true, or 1 */
void xnvi_cli_flag_store(const struct xnvi_cli_row *row, struct xnvme_cli_args *args);

/**
 * Find the candidate that `text` was probably meant to be
 *
 * Call it once per candidate; *best and *distance start as NULL and SIZE_MAX.
 */
void xnvi_cli_nearest(const char *text, const char *candidate, const char **best, size_t *distance);

/** Parse argv[1..] into cli->sub, cli->args and cli->given; messages go to stderr */
int xnvi_cli_parse(struct xnvme_cli *cli, struct xnvi_cli_run *run, int argc, char **argv);

/** Size of the name of a tool, which can be any text */
#define XNVI_CLI_TOOL_NAME_NBYTES 256

/** Number of entries of the sub-command's `opts` */
size_t xnvi_cli_sub_nopts(const struct xnvme_cli_sub *sub);

/** An option that sub-commands take without listing it */
struct xnvi_cli_global {
	const char *name;
	const char *descr;
	size_t flag;  ///< Offset of a bool in struct xnvi_cli_run
	bool changes; ///< Only sub-commands that change a device take it
};

#define XNVI_CLI_NGLOBALS 5

extern const struct xnvi_cli_global xnvi_cli_globals[XNVI_CLI_NGLOBALS];

/** Whether the sub-command changes a device; `sub` may be NULL */
bool xnvi_cli_sub_changes(const struct xnvme_cli_sub *sub);

/** Whether the sub-command takes the option; NULL stands for the tool without a sub-command */
bool xnvi_cli_global_applies(const struct xnvi_cli_global *global, const struct xnvme_cli_sub *sub);

void xnvi_cli_usage_tool(FILE *stream, const struct xnvme_cli *cli);

void xnvi_cli_usage_sub(FILE *stream, const struct xnvme_cli *cli, const struct xnvme_cli_sub *sub);

/** Print a script for bash that completes sub-commands and options */
void xnvi_cli_completion(FILE *stream, const struct xnvme_cli *cli);

/** Print a manual page in man(7) format */
void xnvi_cli_man(FILE *stream, const struct xnvme_cli *cli);

/** Last part of argv[0], safe to print; the next call overwrites it */
const char *xnvi_cli_tool_name(const struct xnvme_cli *cli);

/** As xnvme_cli_args_pr(), to any stream */
int xnvi_cli_args_fpr(FILE *stream, const struct xnvme_cli_args *args, int opts);

#endif /* XNVI_CLI_OPTIONS_H */
