// SPDX-License-Identifier: BSD-3-Clause
/**
 * Names of the constants of the specifications, and printers of controller registers
 */
#ifndef __LIBXNVME_SPEC_PP_H
#define __LIBXNVME_SPEC_PP_H

#include <stdio.h>
#include <libxnvme_spec.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Name of an admin opcode
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *xnvme_spec_adm_opc_str(enum xnvme_spec_adm_opc eval);

/**
 * Name of a command set identifier
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *xnvme_spec_csi_str(enum xnvme_spec_csi eval);

/**
 * Name of a feature identifier
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *xnvme_spec_feat_id_str(enum xnvme_spec_feat_id eval);

/**
 * Name of a feature selector
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *xnvme_spec_feat_sel_str(enum xnvme_spec_feat_sel eval);

/**
 * Name of a command flag
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *xnvme_spec_flag_str(enum xnvme_spec_flag eval);

/**
 * Name of a CNS value
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *xnvme_spec_idfy_cns_str(enum xnvme_spec_idfy_cns eval);

/**
 * Name of a log page identifier
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *xnvme_spec_log_lpi_str(enum xnvme_spec_log_lpi eval);

/**
 * Name of a log page identifier of zoned namespaces
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *xnvme_spec_znd_log_lid_str(enum xnvme_spec_znd_log_lid eval);

/**
 * Name of a command specific status code
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *xnvme_spec_nvm_cmd_cpl_sc_str(enum xnvme_spec_nvm_cmd_cpl_sc eval);

/**
 * Name of an NVM opcode
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *xnvme_spec_nvm_opc_str(enum xnvme_spec_nvm_opc eval);

/**
 * Name of a PSDT value
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *xnvme_spec_psdt_str(enum xnvme_spec_psdt eval);

/**
 * Name of an SGL descriptor sub-type
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *xnvme_spec_sgl_descriptor_subtype_str(enum xnvme_spec_sgl_descriptor_subtype eval);

/**
 * Name of a zone receive action
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *xnvme_spec_znd_cmd_mgmt_recv_action_str(enum xnvme_spec_znd_cmd_mgmt_recv_action eval);

/**
 * Name of a zone filter
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *
xnvme_spec_znd_cmd_mgmt_recv_action_sf_str(enum xnvme_spec_znd_cmd_mgmt_recv_action_sf eval);

/**
 * Name of a zone send action
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *xnvme_spec_znd_cmd_mgmt_send_action_str(enum xnvme_spec_znd_cmd_mgmt_send_action eval);

/**
 * Name of a zoned namespace opcode
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *xnvme_spec_znd_opc_str(enum xnvme_spec_znd_opc eval);

/**
 * Name of a zone send action specific option
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *xnvme_spec_znd_mgmt_send_action_so_str(enum xnvme_spec_znd_mgmt_send_action_so eval);

/**
 * Name of a zoned namespace status code
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *xnvme_spec_znd_status_code_str(enum xnvme_spec_znd_status_code eval);

/**
 * Name of a zone state
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *xnvme_spec_znd_state_str(enum xnvme_spec_znd_state eval);

/**
 * Name of a zone type
 *
 * @param eval The value
 *
 * @return Static string: the name of the constant without XNVME_SPEC_, "ENOSYS" when there is
 * none; never NULL
 */
const char *xnvme_spec_znd_type_str(enum xnvme_spec_znd_type eval);

/**
 * Print the controller registers
 *
 * @param stream Where to write
 * @param bar The registers; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_ctrlr_bar_fpr(FILE *stream, struct xnvme_spec_ctrlr_bar *bar, int opts);

/**
 * As xnvme_spec_ctrlr_bar_fpr(), to stdout
 */
int xnvme_spec_ctrlr_bar_pp(struct xnvme_spec_ctrlr_bar *bar, int opts);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_SPEC_PP_H */
