// SPDX-License-Identifier: BSD-3-Clause
/**
 * Command lines: the input is cut into arguments at its newlines
 *
 * The sub-command takes an option of every kind, as given by the first byte: the options with that
 * remainder, in all forms. No device is opened.
 */
#include <libxnvme.h>

#include "fuzz.h"

#define ARGC_MAX 64
#define NOPTS	 40

static unsigned g_ncalled;
static FILE *g_null;

static int
handler(struct xnvme_cli *cli)
{
	g_ncalled++;
	for (size_t i = 0; i < sizeof(cli->given) / sizeof(cli->given[0]); ++i) {
		MUST(cli->given[i] == 0 || cli->given[i] == 1);
	}

	return 0;
}

static int
describe(struct xnvme_cli_sub *sub, uint8_t selector)
{
	static const enum xnvme_cli_opt_type types[] = {XNVME_CLI_LREQ, XNVME_CLI_LOPT,
							XNVME_CLI_LFLG};
	const unsigned first = 1 + selector % 3U * NOPTS;

	for (unsigned i = 0; i < NOPTS && first + i < XNVME_CLI_OPT_END; ++i) {
		sub->opts[i].opt = (enum xnvme_cli_opt)(first + i);
		sub->opts[i].type = selector & 0x80 ? XNVME_CLI_LOPT : types[(selector >> 2) % 3];
	}

	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes)
{
	static struct xnvme_cli_sub sub;
	static struct xnvme_cli cli;
	char *argv[ARGC_MAX + 1] = {0};
	char *text;
	int argc = 0;
	int res;

	if (!nbytes) {
		return 0;
	}
	if (!g_null) {
		g_null = freopen("/dev/null", "w", stdout);
		MUST(g_null);
	}
	memset(&sub, 0, sizeof(sub));
	memset(&cli, 0, sizeof(cli));
	sub.name = "try";
	sub.descr_short = "Try something";
	sub.command = handler;
	describe(&sub, data[0]);
	cli.title = "tool";
	cli.subs = &sub;
	cli.nsubs = 1;
	cli.ver_pr = xnvme_ver_pr;
	text = fuzz_text(data + 1, nbytes - 1);
	for (char *arg = text; arg && argc < ARGC_MAX;) {
		char *next = strchr(arg, '\n');

		if (next) {
			*next++ = '\0';
		}
		argv[argc++] = arg;
		arg = next;
	}
	g_ncalled = 0;
	res = xnvme_cli_run(&cli, argc, argv, XNVME_CLI_INIT_NONE);
	MUST(res == 0 || res == -1);
	MUST(g_ncalled <= 1 && (res == 0 || !g_ncalled));
	free(text);

	return 0;
}
