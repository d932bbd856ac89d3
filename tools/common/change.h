// SPDX-License-Identifier: BSD-3-Clause
/**
 * Changing a device: claiming it, asking before its data is lost, and dry runs
 */
#ifndef TOOL_CHANGE_H
#define TOOL_CHANGE_H

#include <tool.h>

/** Result of a function that printed, in a dry run, what it would do; the tool then succeeds */
#define TOOL_SHOWN 1

/** A command and what goes with it */
struct tool_cmd {
	const char *name; ///< As in the specification, for messages
	bool admin;
	void *data;
	size_t data_nbytes;
	void *meta;
	size_t meta_nbytes;
};

/**
 * Claim the device until it is closed; call it before changing the device
 *
 * With --force, a device that is in use is not claimed, and the result is 0. A dry run claims
 * nothing.
 *
 * @param use TOOL_CHANGES or TOOL_CHANGES_ALL
 *
 * @return 0, or a negative errno after reporting who holds the device
 */
int tool_claim(const struct xnvme_cli *cli, struct xnvme_dev *dev, enum tool_use use);

/**
 * Claim an output that is a block device, also as standard output; call it before writing
 *
 * @param cli As for tool_claim(); NULL for a sub-command without --force
 * @param held Close it with xnvme_dev_close() after writing; NULL when the output is not a device
 *
 * @return 0, or a negative errno after reporting who holds the device
 */
int tool_claim_output(const struct xnvme_cli *cli, const char *path, struct xnvme_dev **held);

/** Whether the device is a block or NVMe device: neither a file nor a device in memory */
bool tool_is_node(struct xnvme_dev *dev);

/**
 * Ask on the terminal whether the data of the device may be lost
 *
 * The question is skipped for devices in memory, and with --force or --dry-run.
 *
 * @param doing What the user is asked to agree to, such as "Format namespace 0x1 of"
 *
 * @return 0 to go on; a negative errno after reporting
 */
int tool_confirm(const struct xnvme_cli *cli, const char *doing);

/**
 * Send the command of `ctx` to its device, or show it in a dry run
 *
 * @return 0 when the device executed it; TOOL_SHOWN; a negative errno after reporting
 */
int tool_send(struct xnvme_cli *cli, struct xnvme_cmd_ctx *ctx, const struct tool_cmd *cmd);

/**
 * In a dry run, show an operation that is not a command
 *
 * @return TOOL_SHOWN in a dry run, else 0; a negative errno when the output cannot be written
 */
int tool_show(struct xnvme_cli *cli, const char *operation);

#endif /* TOOL_CHANGE_H */
