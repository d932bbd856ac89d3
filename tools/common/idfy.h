// SPDX-License-Identifier: BSD-3-Clause
/**
 * Identify, for the tools that print its data
 */
#ifndef TOOL_IDFY_H
#define TOOL_IDFY_H

#include <tool.h>

/** The fields of one Identify command */
struct tool_idfy {
	uint8_t cns;
	uint8_t csi;
	uint8_t uuid;
	uint16_t cntid;
	uint16_t setid;
	uint32_t nsid;
};

/** Send Identify, write the answer to --data-output when given, and print it */
int tool_idfy_run(struct xnvme_cli *cli, const struct tool_idfy *idfy);

#endif /* TOOL_IDFY_H */
