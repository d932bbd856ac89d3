// SPDX-License-Identifier: BSD-3-Clause
/**
 * Finding and describing devices
 */
#ifndef TOOL_FIND_H
#define TOOL_FIND_H

#include <tool.h>

/** Open every device and print each entry in full */
int tool_enum(struct xnvme_cli *cli);

/** Open every device and print the URI of each */
int tool_list(struct xnvme_cli *cli);

/** Print every device without opening any */
int tool_scan(struct xnvme_cli *cli);

/** Print the open device */
int tool_info(struct xnvme_cli *cli);

#endif /* TOOL_FIND_H */
