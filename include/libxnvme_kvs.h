// SPDX-License-Identifier: BSD-3-Clause
/**
 * Commands of the Key Value command set
 */
#ifndef __LIBXNVME_KVS_H
#define __LIBXNVME_KVS_H

#include <stdint.h>
#include <libxnvme_cmd.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Options of xnvme_kvs_retrieve()
 */
enum xnvme_retrieve_opts {
	XNVME_KVS_RETRIEVE_OPT_RETRIEVE_RAW = 1, ///< Do not decompress the value
};

/**
 * Options of xnvme_kvs_store(); they can be OR-ed
 */
enum xnvme_store_opts {
	XNVME_KVS_STORE_OPT_DONT_STORE_IF_KEY_NOT_EXISTS = 1, ///< Only replace a value
	XNVME_KVS_STORE_OPT_DONT_STORE_IF_KEY_EXISTS = 2,     ///< Only add a key
	XNVME_KVS_STORE_OPT_COMPRESS = 4,		      ///< Let the device compress the value
};

/**
 * Retrieve (Key Value Command Set Specification 1.0, "Retrieve command"); ctx->cpl.cdw0 is the
 * length of the value
 *
 * @param ctx Context of a device or of a queue
 * @param nsid Namespace identifier
 * @param key Key, at most 16 bytes; copied into the command
 * @param key_len Its length in bytes
 * @param vbuf Receives the value, although it is declared const; it has to live until completion
 * @param vbuf_nbytes Length of `vbuf` in bytes
 * @param opt enum xnvme_retrieve_opts
 *
 * @return As xnvme_cmd_pass(); -EINVAL for a longer key
 */
int xnvme_kvs_retrieve(struct xnvme_cmd_ctx *ctx, uint32_t nsid, const void *key, uint8_t key_len,
		       const void *vbuf, uint32_t vbuf_nbytes, uint8_t opt);

/**
 * Store (Key Value Command Set Specification 1.0, "Store command")
 *
 * @param ctx Context of a device or of a queue
 * @param nsid Namespace identifier
 * @param key Key, at most 16 bytes; copied into the command
 * @param key_len Its length in bytes
 * @param vbuf The value; it has to live until completion
 * @param vbuf_nbytes Its length in bytes
 * @param opt Set of enum xnvme_store_opts
 *
 * @return As xnvme_cmd_pass(); -EINVAL for a longer key
 */
int xnvme_kvs_store(struct xnvme_cmd_ctx *ctx, uint32_t nsid, const void *key, uint8_t key_len,
		    const void *vbuf, uint32_t vbuf_nbytes, uint8_t opt);

/**
 * Delete (Key Value Command Set Specification 1.0, "Delete command"); a key that does not
 * exist has the status 0h/87h
 *
 * @param ctx Context of a device or of a queue
 * @param nsid Namespace identifier
 * @param key Key, at most 16 bytes; copied into the command
 * @param key_len Its length in bytes
 *
 * @return As xnvme_cmd_pass(); -EINVAL for a longer key
 */
int xnvme_kvs_delete(struct xnvme_cmd_ctx *ctx, uint32_t nsid, const void *key, uint8_t key_len);

/**
 * Exist (Key Value Command Set Specification 1.0, "Exist command"); a key that does not exist
 * has the status 0h/87h
 *
 * @param ctx Context of a device or of a queue
 * @param nsid Namespace identifier
 * @param key Key, at most 16 bytes; copied into the command
 * @param key_len Its length in bytes
 *
 * @return As xnvme_cmd_pass(); -EINVAL for a longer key
 */
int xnvme_kvs_exist(struct xnvme_cmd_ctx *ctx, uint32_t nsid, const void *key, uint8_t key_len);

/**
 * List (Key Value Command Set Specification 1.0, "List command"): the keys, beginning with
 * `key`
 *
 * @param ctx Context of a device or of a queue
 * @param nsid Namespace identifier
 * @param key Key, at most 16 bytes; copied into the command
 * @param key_len Its length in bytes
 * @param vbuf Receives the list, although it is declared const; it has to live until completion
 * @param vbuf_nbytes Length of `vbuf` in bytes
 *
 * @return As xnvme_cmd_pass(); -EINVAL for a longer key
 */
int xnvme_kvs_list(struct xnvme_cmd_ctx *ctx, uint32_t nsid, const void *key, uint8_t key_len,
		   const void *vbuf, uint32_t vbuf_nbytes);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_KVS_H */
