// SPDX-License-Identifier: BSD-3-Clause
/**
 * The run of a sub-command that the calling thread is in, and what its handler may ask of it
 */
#include <stddef.h>
#include <libxnvme_pp.h>
#include <options.h>

_Thread_local struct xnvi_cli_run *xnvi_cli_current;

static const struct xnvi_cli_run *
run_of(const struct xnvme_cli *cli)
{
	const struct xnvi_cli_run *run = xnvi_cli_current;

	while (run && run->cli != cli) {
		run = run->outer;
	}

	return run;
}

int
xnvme_cli_pr_opts(const struct xnvme_cli *cli)
{
	const struct xnvi_cli_run *run = run_of(cli);

	return run && run->json ? XNVME_PR_JSON : XNVME_PR_DEF;
}

bool
xnvme_cli_is_forced(const struct xnvme_cli *cli)
{
	const struct xnvi_cli_run *run = run_of(cli);

	return run && run->force;
}

bool
xnvme_cli_is_dry_run(const struct xnvme_cli *cli)
{
	const struct xnvi_cli_run *run = run_of(cli);

	return run && run->dry_run;
}
