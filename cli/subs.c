// SPDX-License-Identifier: BSD-3-Clause
/**
 * Facts about a tool and its sub-commands that parsing and usage texts share
 */
#include <stdio.h>
#include <string.h>
#include <os/words.h>
#include <print/text.h>
#include <options.h>

const char *
xnvi_cli_tool_name(const struct xnvme_cli *cli)
{
	static _Thread_local char name[XNVI_CLI_TOOL_NAME_NBYTES];
	const char *path = cli->argv && cli->argc > 0 ? cli->argv[0] : NULL;
	char program[XNVI_CLI_TOOL_NAME_NBYTES];
	const char *begin;
	size_t nchars;

	if (!path || !*path) {
		return "xnvme";
	}
	begin = xnvi_program_name(path, &nchars);
	snprintf(program, sizeof(program), "%.*s",
		 (int)(nchars < sizeof(program) ? nchars : sizeof(program) - 1), begin);
	xnvi_text_safe(name, sizeof(name), program);

	return name;
}

size_t
xnvi_cli_sub_nopts(const struct xnvme_cli_sub *sub)
{
	size_t nopts = 0;

	while (nopts < XNVME_CLI_SUB_OPTS_LEN && sub->opts[nopts].opt != XNVME_CLI_OPT_NONE) {
		++nopts;
	}

	return nopts;
}

bool
xnvi_cli_sub_changes(const struct xnvme_cli_sub *sub)
{
	const size_t nopts = sub ? xnvi_cli_sub_nopts(sub) : 0;

	for (size_t i = 0; i < nopts; ++i) {
		if (sub->opts[i].type == XNVME_CLI_CHANGES) {
			return true;
		}
	}

	return false;
}

bool
xnvi_cli_global_applies(const struct xnvi_cli_global *global, const struct xnvme_cli_sub *sub)
{
	return !global->changes || xnvi_cli_sub_changes(sub);
}
