// SPDX-License-Identifier: BSD-3-Clause
#ifndef TOOL_DSM_H
#define TOOL_DSM_H

#include <tool.h>

/** Dataset Management of one range: --slba, --llb, --ad, --idw, --idr */
int tool_dsm(struct xnvme_cli *cli);

#endif /* TOOL_DSM_H */
