// SPDX-License-Identifier: BSD-3-Clause
/**
 * Command set of files: commands on bytes at an offset
 *
 * Not from a specification. The opcodes are in the vendor specific range, and `slba` of such a
 * command is an offset in bytes. The command set identifier is 1Fh.
 */
#ifndef __LIBXNVME_SPEC_FS_H
#define __LIBXNVME_SPEC_FS_H

#include <stdint.h>
#include <libxnvme_host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XNVME_SPEC_CSI_FS 0x1f

/**
 * Opcodes of file commands
 *
 * Not from a specification: command set 1Fh of this library, see the head of this file
 */
enum xnvme_spec_fs_opcs {
	XNVME_SPEC_FS_OPC_FLUSH = 0xad,
	XNVME_SPEC_FS_OPC_WRITE = 0xac,
	XNVME_SPEC_FS_OPC_READ = 0xdc,
};

/**
 * Identify Controller data of files
 *
 * Not from a specification: command set 1Fh of this library, see the head of this file
 *
 * `file_data_size` and the I/O sizes are in bytes; `ac` and `dc` hold 0xac and 0xdc, which identify
 * the command set.
 */
struct xnvme_spec_fs_idfy_ctrlr {
	uint8_t byte0_519[520];
	struct {
		uint64_t direct : 1;
		uint64_t rsvd : 63;
	} caps;
	struct {
		uint64_t file_data_size;
		uint64_t file_name_len;
		uint64_t path_name_len;
		uint64_t number_of_files;
	} limits;
	struct {
		uint64_t permissions_posix : 1;
		uint64_t permissions_acl : 1;
		uint64_t stamp_creation : 1;
		uint64_t stamp_access : 1;
		uint64_t stamp_change : 1;
		uint64_t stamp_archive : 1;
		uint64_t hardlinks : 1;
		uint64_t symlinks : 1;
		uint64_t case_sensitive : 1;
		uint64_t case_preserving : 1;
		uint64_t journaling_block : 1;
		uint64_t journaling_meta : 1;
		uint64_t snapshotting : 1;
		uint64_t compressed : 1;
		uint64_t encrypted : 1;
		uint64_t rsvd : 48;
	} properties;
	struct {
		uint32_t min;
		uint32_t max;
		uint32_t opt;
	} iosizes;
	uint8_t rsvd[3509];
	uint8_t ac;
	uint8_t dc;
	uint8_t rsvd1[5];
};

/**
 * Identify Namespace data of files
 *
 * Not from a specification: command set 1Fh of this library, see the head of this file
 *
 * Sizes are in bytes; `ac` and `dc` hold 0xac and 0xdc, which identify the command set.
 */
struct xnvme_spec_fs_idfy_ns {
	uint64_t nsze;
	uint64_t ncap;
	uint64_t nuse;
	uint8_t rsvd[3816];
	uint8_t vendor_specific[254];
	uint8_t ac;
	uint8_t dc;
};

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_SPEC_FS_H */
