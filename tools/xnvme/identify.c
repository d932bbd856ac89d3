// SPDX-License-Identifier: BSD-3-Clause
#include <idfy.h>
#include <subs.h>

/** Whether the structure belongs to a namespace: without --nsid, to the one that was opened */
static bool
cns_has_nsid(uint32_t cns)
{
	static const uint8_t having[] = {
	    XNVME_SPEC_IDFY_NS,	      XNVME_SPEC_IDFY_NSDSCR,	XNVME_SPEC_IDFY_NS_IOCS,
	    XNVME_SPEC_IDFY_NS_ALLOC, XNVME_SPEC_IDFY_CTRLR_NS, XNVME_SPEC_IDFY_NS_ALLOC_IOCS,
	};

	for (size_t i = 0; i < TOOL_ARRAY_LEN(having); ++i) {
		if (having[i] == cns) {
			return true;
		}
	}

	return false;
}

int
sub_idfy(struct xnvme_cli *cli)
{
	const struct xnvme_cli_args *args = &cli->args;
	const struct tool_idfy idfy = {
	    .cns = (uint8_t)args->cns,
	    .csi = (uint8_t)args->csi,
	    .uuid = (uint8_t)args->uuid,
	    .cntid = (uint16_t)args->cntid,
	    .setid = (uint16_t)args->setid,
	    .nsid = cns_has_nsid(args->cns) ? tool_nsid(cli) : args->nsid,
	};

	return tool_idfy_run(cli, &idfy);
}

int
sub_idfy_ns(struct xnvme_cli *cli)
{
	const struct tool_idfy idfy = {.cns = XNVME_SPEC_IDFY_NS, .nsid = tool_nsid(cli)};

	return tool_idfy_run(cli, &idfy);
}

int
sub_idfy_ctrlr(struct xnvme_cli *cli)
{
	const struct tool_idfy idfy = {.cns = XNVME_SPEC_IDFY_CTRLR};

	return tool_idfy_run(cli, &idfy);
}

int
sub_idfy_cs(struct xnvme_cli *cli)
{
	const struct tool_idfy idfy = {.cns = XNVME_SPEC_IDFY_IOCS, .cntid = UINT16_MAX};

	return tool_idfy_run(cli, &idfy);
}
