// SPDX-License-Identifier: BSD-3-Clause
/**
 * Opcodes of I/O queues that the enumerations of the interface do not have
 */
#ifndef XNVI_SPEC_OPCODES_H
#define XNVI_SPEC_OPCODES_H

/** NVMe Base 2.0 section 7; NVM Command Set 1.0 section 3.2; Base 2.0 "Cancel command" (TP 4118) */
enum xnvi_opcode {
	XNVI_OPC_VERIFY = 0x0c,
	XNVI_OPC_RESERVATION_REGISTER = 0x0d,
	XNVI_OPC_RESERVATION_REPORT = 0x0e,
	XNVI_OPC_RESERVATION_ACQUIRE = 0x11,
	XNVI_OPC_RESERVATION_RELEASE = 0x15,
	XNVI_OPC_CANCEL = 0x18,
};

#endif /* XNVI_SPEC_OPCODES_H */
