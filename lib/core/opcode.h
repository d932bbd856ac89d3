// SPDX-License-Identifier: BSD-3-Clause
/**
 * What core knows about opcodes
 */
#ifndef XNVI_CORE_OPCODE_H
#define XNVI_CORE_OPCODE_H

#include <stdint.h>

/** How the length of the data of a command follows from the command */
enum xnvi_len {
	XNVI_LEN_BUFFER = 0, ///< Not known: the length that the caller passes
	XNVI_LEN_NONE,	     ///< No data
	XNVI_LEN_LBAS,	     ///< (NLB + 1) logical blocks
	XNVI_LEN_RANGES16,   ///< (NR + 1) entries of 16 bytes
	XNVI_LEN_RANGES32,   ///< (NR + 1) entries of 32 bytes
	XNVI_LEN_DWORDS11,   ///< (dword 11 + 1) dwords
	XNVI_LEN_DWORDS12,   ///< (dword 12 + 1) dwords
	XNVI_LEN_BYTES,	     ///< The length of the buffer; the offset is in bytes
};

/** Kind of address of a read or write, as nearly all commands are */
enum xnvi_plain {
	XNVI_PLAIN_NO = 0,
	XNVI_PLAIN_LBAS,  ///< Addressed in logical blocks
	XNVI_PLAIN_BYTES, ///< Addressed in bytes: the file commands
};

/** How a controller says that it has a command */
enum xnvi_has {
	XNVI_HAS_UNTOLD = 0, ///< It does not say
	XNVI_HAS_ALWAYS,     ///< The command is mandatory
	XNVI_HAS_ZONED,	     ///< By the command set of the namespace
	XNVI_HAS_FDP,	     ///< By CTRATT
	XNVI_HAS_ONCS,	     ///< By bit 0 of ONCS; further values are further bits
	XNVI_HAS_COMPARE = XNVI_HAS_ONCS,
	XNVI_HAS_WRITE_UNC,
	XNVI_HAS_DSM,
	XNVI_HAS_WRITE_ZEROES,
	XNVI_HAS_RESERVATIONS = XNVI_HAS_ONCS + 5,
	XNVI_HAS_VERIFY = XNVI_HAS_ONCS + 7,
	XNVI_HAS_COPY,
};

/** What core knows about an opcode; opcodes that spec/opcodes.def does not list are all zeroes */
struct xnvi_opc {
	uint8_t kind;	///< enum xnvi_kind
	uint8_t len;	///< enum xnvi_len
	uint8_t writes; ///< Changes data on the medium: refused on a device opened read-only
	uint8_t reads;	///< Returns data of the medium: refused on a device opened write-only
	uint8_t ranged; ///< SLBA and NLB name a range of logical blocks
	uint8_t pract;	///< Has the protection information action (PRACT) of Read and Write
	uint8_t plain;	///< enum xnvi_plain, see xnvi_decode_plain()
	uint8_t has;	///< enum xnvi_has
};

/** NVM and zoned command sets, and the file commands */
extern const struct xnvi_opc xnvi_opcs_nvm[256];

/** Key Value command set, in which the same numbers are other commands */
extern const struct xnvi_opc xnvi_opcs_kv[256];

#endif /* XNVI_CORE_OPCODE_H */
