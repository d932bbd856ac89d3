// SPDX-License-Identifier: BSD-3-Clause
/** The rows of spec/opcodes.def, by opcode */
#include <core/opcode.h>

#include <libxnvme.h>
#include <backends/backend.h>
#include <spec/opcodes.h>

/* Flags of a row: access to the medium, and fields of the command */
#define READS	    0x1
#define WRITES	    0x2
#define RANGED	    0x4
#define PRACT	    0x8
#define PLAIN_LBAS  0x10
#define PLAIN_BYTES 0x20

#define OPC(value, has_, kind_, len_, attrs)                                                       \
	[value] = {                                                                                \
	    .kind = XNVI_KIND_##kind_,                                                             \
	    .len = XNVI_LEN_##len_,                                                                \
	    .writes = !!((attrs)&WRITES),                                                          \
	    .reads = !!((attrs)&READS),                                                            \
	    .ranged = !!((attrs)&RANGED),                                                          \
	    .pract = !!((attrs)&PRACT),                                                            \
	    .plain = (attrs)&PLAIN_LBAS	   ? XNVI_PLAIN_LBAS                                       \
		     : (attrs)&PLAIN_BYTES ? XNVI_PLAIN_BYTES                                      \
					   : XNVI_PLAIN_NO,                                        \
	    .has = XNVI_HAS_##has_,                                                                \
	},

#define OF_IO(row)  row
#define OF_NVM(row) row
#define OF_ZND(row) row
#define OF_FS(row)  row
#define OF_KV(row)

#define XNVI_OPC(set, value, title, has, kind, len, attrs)                                         \
	OF_##set(OPC(value, has, kind, len, attrs))

const struct xnvi_opc xnvi_opcs_nvm[256] = {
#include <spec/opcodes.def>
};

#undef OF_NVM
#undef OF_ZND
#undef OF_FS
#undef OF_KV
#define OF_NVM(row)
#define OF_ZND(row)
#define OF_FS(row)
#define OF_KV(row) row

const struct xnvi_opc xnvi_opcs_kv[256] = {
#include <spec/opcodes.def>
};
