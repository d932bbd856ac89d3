// SPDX-License-Identifier: BSD-3-Clause
/**
 * Titles of numbers: what the specifications call a status, an opcode or a feature
 */
#ifndef XNVI_SPEC_NAMES_H
#define XNVI_SPEC_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Title of a completion status, as the specifications spell it
 *
 * NVM Express Base Specification 2.0 section 3.3.3.2.1, with the NVM, Zoned Namespace and Key Value
 * command sets.
 *
 * @return Never NULL; a value without a title gets the title of its range
 */
const char *xnvi_spec_status_name(uint8_t sct, uint8_t sc);

/**
 * Title of a command
 *
 * @param admin Whether the opcode is of an admin command
 * @param csi Command set of the namespace, for opcodes of I/O queues; XNVME_SPEC_CSI_FS as well
 *
 * @return Never NULL; a value without a title gets the title of its range
 */
const char *xnvi_spec_opc_name(bool admin, uint8_t csi, uint8_t opcode);

/**
 * Title of a feature identifier
 *
 * @return Never NULL
 */
const char *xnvi_spec_feat_name(uint8_t fid);

#endif /* XNVI_SPEC_NAMES_H */
