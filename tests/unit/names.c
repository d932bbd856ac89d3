// SPDX-License-Identifier: BSD-3-Clause
#include <support/test.h>

#include <libxnvme_spec_fs.h>
#include <libxnvme_spec_pp.h>
#include <spec/names.h>

#define UNKNOWN 0x7fff

static void
strings_of_all_enumerations_are_those_of_0_7_5(void)
{
	const struct {
		const char *actual;
		const char *expected;
	} rows[] = {
	    {xnvme_spec_adm_opc_str(XNVME_SPEC_ADM_OPC_LOG), "ADM_OPC_LOG"},
	    {xnvme_spec_adm_opc_str(XNVME_SPEC_ADM_OPC_IDFY), "ADM_OPC_IDFY"},
	    {xnvme_spec_adm_opc_str(XNVME_SPEC_ADM_OPC_SFEAT), "ADM_OPC_SFEAT"},
	    {xnvme_spec_adm_opc_str(XNVME_SPEC_ADM_OPC_GFEAT), "ADM_OPC_GFEAT"},
	    {xnvme_spec_adm_opc_str(XNVME_SPEC_ADM_OPC_DSEND), "ADM_OPC_DSEND"},
	    {xnvme_spec_adm_opc_str(XNVME_SPEC_ADM_OPC_DRECV), "ADM_OPC_DRECV"},
	    {xnvme_spec_adm_opc_str(UNKNOWN), "ENOSYS"},
	    {xnvme_spec_csi_str(XNVME_SPEC_CSI_NVM), "CSI_NVM"},
	    {xnvme_spec_csi_str(XNVME_SPEC_CSI_KV), "CSI_KV"},
	    {xnvme_spec_csi_str(XNVME_SPEC_CSI_ZONED), "CSI_ZONED"},
	    {xnvme_spec_csi_str(UNKNOWN), "ENOSYS"},
	    {xnvme_spec_feat_id_str(XNVME_SPEC_FEAT_ARBITRATION), "FEAT_ARBITRATION"},
	    {xnvme_spec_feat_id_str(XNVME_SPEC_FEAT_PWR_MGMT), "FEAT_PWR_MGMT"},
	    {xnvme_spec_feat_id_str(XNVME_SPEC_FEAT_LBA_RANGETYPE), "FEAT_LBA_RANGETYPE"},
	    {xnvme_spec_feat_id_str(XNVME_SPEC_FEAT_TEMP_THRESHOLD), "FEAT_TEMP_THRESHOLD"},
	    {xnvme_spec_feat_id_str(XNVME_SPEC_FEAT_ERROR_RECOVERY), "FEAT_ERROR_RECOVERY"},
	    {xnvme_spec_feat_id_str(XNVME_SPEC_FEAT_VWCACHE), "FEAT_VWCACHE"},
	    {xnvme_spec_feat_id_str(XNVME_SPEC_FEAT_NQUEUES), "FEAT_NQUEUES"},
	    {xnvme_spec_feat_id_str(XNVME_SPEC_FEAT_FDP_MODE), "FEAT_FDP_MODE"},
	    {xnvme_spec_feat_id_str(XNVME_SPEC_FEAT_FDP_EVENTS), "FEAT_FDP_EVENTS"},
	    {xnvme_spec_feat_id_str(UNKNOWN), "ENOSYS"},
	    {xnvme_spec_feat_sel_str(XNVME_SPEC_FEAT_SEL_CURRENT), "FEAT_SEL_CURRENT"},
	    {xnvme_spec_feat_sel_str(XNVME_SPEC_FEAT_SEL_DEFAULT), "FEAT_SEL_DEFAULT"},
	    {xnvme_spec_feat_sel_str(XNVME_SPEC_FEAT_SEL_SAVED), "FEAT_SEL_SAVED"},
	    {xnvme_spec_feat_sel_str(XNVME_SPEC_FEAT_SEL_SUPPORTED), "FEAT_SEL_SUPPORTED"},
	    {xnvme_spec_feat_sel_str(UNKNOWN), "ENOSYS"},
	    {xnvme_spec_flag_str(XNVME_SPEC_FLAG_LIMITED_RETRY), "FLAG_LIMITED_RETRY"},
	    {xnvme_spec_flag_str(XNVME_SPEC_FLAG_FORCE_UNIT_ACCESS), "FLAG_FORCE_UNIT_ACCESS"},
	    {xnvme_spec_flag_str(XNVME_SPEC_FLAG_PRINFO_PRCHK_REF), "FLAG_PRINFO_PRCHK_REF"},
	    {xnvme_spec_flag_str(XNVME_SPEC_FLAG_PRINFO_PRCHK_APP), "FLAG_PRINFO_PRCHK_APP"},
	    {xnvme_spec_flag_str(XNVME_SPEC_FLAG_PRINFO_PRCHK_GUARD), "FLAG_PRINFO_PRCHK_GUARD"},
	    {xnvme_spec_flag_str(XNVME_SPEC_FLAG_PRINFO_PRACT), "FLAG_PRINFO_PRACT"},
	    {xnvme_spec_flag_str(UNKNOWN), "ENOSYS"},
	    {xnvme_spec_idfy_cns_str(XNVME_SPEC_IDFY_NS), "IDFY_NS"},
	    {xnvme_spec_idfy_cns_str(XNVME_SPEC_IDFY_CTRLR), "IDFY_CTRLR"},
	    {xnvme_spec_idfy_cns_str(XNVME_SPEC_IDFY_NSLIST), "IDFY_NSLIST"},
	    {xnvme_spec_idfy_cns_str(XNVME_SPEC_IDFY_NSDSCR), "IDFY_NSDSCR"},
	    {xnvme_spec_idfy_cns_str(XNVME_SPEC_IDFY_SETL), "IDFY_SETL"},
	    {xnvme_spec_idfy_cns_str(XNVME_SPEC_IDFY_NS_IOCS), "IDFY_NS_IOCS"},
	    {xnvme_spec_idfy_cns_str(XNVME_SPEC_IDFY_CTRLR_IOCS), "IDFY_CTRLR_IOCS"},
	    {xnvme_spec_idfy_cns_str(XNVME_SPEC_IDFY_NSLIST_IOCS), "IDFY_NSLIST_IOCS"},
	    {xnvme_spec_idfy_cns_str(XNVME_SPEC_IDFY_NSLIST_ALLOC), "IDFY_NSLIST_ALLOC"},
	    {xnvme_spec_idfy_cns_str(XNVME_SPEC_IDFY_NS_ALLOC), "IDFY_NS_ALLOC"},
	    {xnvme_spec_idfy_cns_str(XNVME_SPEC_IDFY_CTRLR_NS), "IDFY_CTRLR_NS"},
	    {xnvme_spec_idfy_cns_str(XNVME_SPEC_IDFY_CTRLR_SUB), "IDFY_CTRLR_SUB"},
	    {xnvme_spec_idfy_cns_str(XNVME_SPEC_IDFY_CTRLR_PRI), "IDFY_CTRLR_PRI"},
	    {xnvme_spec_idfy_cns_str(XNVME_SPEC_IDFY_CTRLR_SEC), "IDFY_CTRLR_SEC"},
	    {xnvme_spec_idfy_cns_str(XNVME_SPEC_IDFY_NSGRAN), "IDFY_NSGRAN"},
	    {xnvme_spec_idfy_cns_str(XNVME_SPEC_IDFY_UUIDL), "IDFY_UUIDL"},
	    {xnvme_spec_idfy_cns_str(XNVME_SPEC_IDFY_NSLIST_ALLOC_IOCS), "IDFY_NSLIST_ALLOC_IOCS"},
	    {xnvme_spec_idfy_cns_str(XNVME_SPEC_IDFY_NS_ALLOC_IOCS), "IDFY_NS_ALLOC_IOCS"},
	    {xnvme_spec_idfy_cns_str(XNVME_SPEC_IDFY_IOCS), "IDFY_IOCS"},
	    {xnvme_spec_idfy_cns_str(UNKNOWN), "ENOSYS"},
	    {xnvme_spec_log_lpi_str(XNVME_SPEC_LOG_RSVD), "LOG_RSVD"},
	    {xnvme_spec_log_lpi_str(XNVME_SPEC_LOG_ERRI), "LOG_ERRI"},
	    {xnvme_spec_log_lpi_str(XNVME_SPEC_LOG_HEALTH), "LOG_HEALTH"},
	    {xnvme_spec_log_lpi_str(XNVME_SPEC_LOG_FW), "LOG_FW"},
	    {xnvme_spec_log_lpi_str(XNVME_SPEC_LOG_CHNS), "LOG_CHNS"},
	    {xnvme_spec_log_lpi_str(XNVME_SPEC_LOG_CSAE), "LOG_CSAE"},
	    {xnvme_spec_log_lpi_str(XNVME_SPEC_LOG_SELFTEST), "LOG_SELFTEST"},
	    {xnvme_spec_log_lpi_str(XNVME_SPEC_LOG_TELEHOST), "LOG_TELEHOST"},
	    {xnvme_spec_log_lpi_str(XNVME_SPEC_LOG_TELECTRLR), "LOG_TELECTRLR"},
	    {xnvme_spec_log_lpi_str(XNVME_SPEC_LOG_FDPCONF), "LOG_FDPCONF"},
	    {xnvme_spec_log_lpi_str(XNVME_SPEC_LOG_FDPRUHU), "LOG_FDPRUHU"},
	    {xnvme_spec_log_lpi_str(XNVME_SPEC_LOG_FDPSTATS), "LOG_FDPSTATS"},
	    {xnvme_spec_log_lpi_str(XNVME_SPEC_LOG_FDPEVENTS), "LOG_FDPEVENTS"},
	    {xnvme_spec_log_lpi_str(0x81), "LOG_SANITIZE"},
	    {xnvme_spec_log_lpi_str(UNKNOWN), "ENOSYS"},
	    {xnvme_spec_znd_log_lid_str(XNVME_SPEC_LOG_ZND_CHANGES), "LOG_ZND_CHANGES"},
	    {xnvme_spec_znd_log_lid_str(UNKNOWN), "ENOSYS"},
	    {xnvme_spec_nvm_cmd_cpl_sc_str(XNVME_SPEC_NVM_CMD_CPL_SC_WRITE_TO_RONLY),
	     "NVM_CMD_CPL_SC_WRITE_TO_RONLY"},
	    {xnvme_spec_nvm_cmd_cpl_sc_str(UNKNOWN), "ENOSYS"},
	    {xnvme_spec_nvm_opc_str(XNVME_SPEC_NVM_OPC_FLUSH), "NVM_OPC_FLUSH"},
	    {xnvme_spec_nvm_opc_str(XNVME_SPEC_NVM_OPC_WRITE), "NVM_OPC_WRITE"},
	    {xnvme_spec_nvm_opc_str(XNVME_SPEC_NVM_OPC_READ), "NVM_OPC_READ"},
	    {xnvme_spec_nvm_opc_str(XNVME_SPEC_NVM_OPC_WRITE_UNCORRECTABLE),
	     "NVM_OPC_WRITE_UNCORRECTABLE"},
	    {xnvme_spec_nvm_opc_str(XNVME_SPEC_NVM_OPC_COMPARE), "NVM_OPC_COMPARE"},
	    {xnvme_spec_nvm_opc_str(XNVME_SPEC_NVM_OPC_WRITE_ZEROES), "NVM_OPC_WRITE_ZEROES"},
	    {xnvme_spec_nvm_opc_str(XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT),
	     "XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT"},
	    {xnvme_spec_nvm_opc_str(XNVME_SPEC_NVM_OPC_SCOPY), "NVM_OPC_SCOPY"},
	    {xnvme_spec_nvm_opc_str(XNVME_SPEC_NVM_OPC_IO_MGMT_RECV),
	     "XNVME_SPEC_NVM_OPC_IO_MGMT_RECV"},
	    {xnvme_spec_nvm_opc_str(XNVME_SPEC_NVM_OPC_IO_MGMT_SEND),
	     "XNVME_SPEC_NVM_OPC_IO_MGMT_SEND"},
	    {xnvme_spec_nvm_opc_str(XNVME_SPEC_NVM_OPC_FMT), "NVM_OPC_FMT"},
	    {xnvme_spec_nvm_opc_str(XNVME_SPEC_NVM_OPC_SANITIZE), "NVM_OPC_SANITIZE"},
	    {xnvme_spec_nvm_opc_str(UNKNOWN), "ENOSYS"},
	    {xnvme_spec_psdt_str(XNVME_SPEC_PSDT_PRP), "PSDT_PRP"},
	    {xnvme_spec_psdt_str(XNVME_SPEC_PSDT_SGL_MPTR_CONTIGUOUS), "PSDT_SGL_MPTR_CONTIGUOUS"},
	    {xnvme_spec_psdt_str(XNVME_SPEC_PSDT_SGL_MPTR_SGL), "PSDT_SGL_MPTR_SGL"},
	    {xnvme_spec_psdt_str(UNKNOWN), "ENOSYS"},
	    {xnvme_spec_sgl_descriptor_subtype_str(XNVME_SPEC_SGL_DESCR_SUBTYPE_ADDRESS),
	     "SGL_DESCR_SUBTYPE_ADDRESS"},
	    {xnvme_spec_sgl_descriptor_subtype_str(XNVME_SPEC_SGL_DESCR_SUBTYPE_OFFSET),
	     "SGL_DESCR_SUBTYPE_OFFSET"},
	    {xnvme_spec_sgl_descriptor_subtype_str(UNKNOWN), "ENOSYS"},
	    {xnvme_spec_znd_cmd_mgmt_recv_action_str(XNVME_SPEC_ZND_CMD_MGMT_RECV_ACTION_REPORT),
	     "ZND_CMD_MGMT_RECV_ACTION_REPORT"},
	    {xnvme_spec_znd_cmd_mgmt_recv_action_str(
		 XNVME_SPEC_ZND_CMD_MGMT_RECV_ACTION_REPORT_EXTENDED),
	     "ZND_CMD_MGMT_RECV_ACTION_REPORT_EXTENDED"},
	    {xnvme_spec_znd_cmd_mgmt_recv_action_str(UNKNOWN), "ENOSYS"},
	    {xnvme_spec_znd_cmd_mgmt_recv_action_sf_str(XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_ALL),
	     "ZND_CMD_MGMT_RECV_SF_ALL"},
	    {xnvme_spec_znd_cmd_mgmt_recv_action_sf_str(XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_EMPTY),
	     "ZND_CMD_MGMT_RECV_SF_EMPTY"},
	    {xnvme_spec_znd_cmd_mgmt_recv_action_sf_str(XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_IOPEN),
	     "ZND_CMD_MGMT_RECV_SF_IOPEN"},
	    {xnvme_spec_znd_cmd_mgmt_recv_action_sf_str(XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_EOPEN),
	     "ZND_CMD_MGMT_RECV_SF_EOPEN"},
	    {xnvme_spec_znd_cmd_mgmt_recv_action_sf_str(XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_CLOSED),
	     "ZND_CMD_MGMT_RECV_SF_CLOSED"},
	    {xnvme_spec_znd_cmd_mgmt_recv_action_sf_str(XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_FULL),
	     "ZND_CMD_MGMT_RECV_SF_FULL"},
	    {xnvme_spec_znd_cmd_mgmt_recv_action_sf_str(XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_RONLY),
	     "ZND_CMD_MGMT_RECV_SF_RONLY"},
	    {xnvme_spec_znd_cmd_mgmt_recv_action_sf_str(XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_OFFLINE),
	     "ZND_CMD_MGMT_RECV_SF_OFFLINE"},
	    {xnvme_spec_znd_cmd_mgmt_recv_action_sf_str(UNKNOWN), "ENOSYS"},
	    {xnvme_spec_znd_cmd_mgmt_send_action_str(XNVME_SPEC_ZND_CMD_MGMT_SEND_CLOSE),
	     "ZND_CMD_MGMT_SEND_CLOSE"},
	    {xnvme_spec_znd_cmd_mgmt_send_action_str(XNVME_SPEC_ZND_CMD_MGMT_SEND_FINISH),
	     "ZND_CMD_MGMT_SEND_FINISH"},
	    {xnvme_spec_znd_cmd_mgmt_send_action_str(XNVME_SPEC_ZND_CMD_MGMT_SEND_OPEN),
	     "ZND_CMD_MGMT_SEND_OPEN"},
	    {xnvme_spec_znd_cmd_mgmt_send_action_str(XNVME_SPEC_ZND_CMD_MGMT_SEND_RESET),
	     "ZND_CMD_MGMT_SEND_RESET"},
	    {xnvme_spec_znd_cmd_mgmt_send_action_str(XNVME_SPEC_ZND_CMD_MGMT_SEND_OFFLINE),
	     "ZND_CMD_MGMT_SEND_OFFLINE"},
	    {xnvme_spec_znd_cmd_mgmt_send_action_str(XNVME_SPEC_ZND_CMD_MGMT_SEND_DESCRIPTOR),
	     "ZND_CMD_MGMT_SEND_DESCRIPTOR"},
	    {xnvme_spec_znd_cmd_mgmt_send_action_str(XNVME_SPEC_ZND_CMD_MGMT_SEND_FLUSH),
	     "ZND_CMD_MGMT_SEND_FLUSH"},
	    {xnvme_spec_znd_cmd_mgmt_send_action_str(UNKNOWN), "ENOSYS"},
	    {xnvme_spec_znd_opc_str(XNVME_SPEC_ZND_OPC_MGMT_SEND), "ZND_OPC_MGMT_SEND"},
	    {xnvme_spec_znd_opc_str(XNVME_SPEC_ZND_OPC_MGMT_RECV), "ZND_OPC_MGMT_RECV"},
	    {xnvme_spec_znd_opc_str(XNVME_SPEC_ZND_OPC_APPEND), "ZND_CMD_OPC_APPEND"},
	    {xnvme_spec_znd_opc_str(UNKNOWN), "ENOSYS"},
	    {xnvme_spec_znd_mgmt_send_action_so_str(XNVME_SPEC_ZND_MGMT_OPEN_WITH_ZRWA),
	     "XNVME_SPEC_ZND_MGMT_OPEN_WITH_ZRWA"},
	    {xnvme_spec_znd_mgmt_send_action_so_str(UNKNOWN), "ENOSYS"},
	    {xnvme_spec_znd_status_code_str(XNVME_SPEC_ZND_SC_INVALID_FORMAT),
	     "ZND_SC_INVALID_FORMAT"},
	    {xnvme_spec_znd_status_code_str(XNVME_SPEC_ZND_SC_INVALID_ZONE_OP),
	     "XNVME_SPEC_ZND_SC_INVALID_ZONE_OP"},
	    {xnvme_spec_znd_status_code_str(XNVME_SPEC_ZND_SC_NOZRWA), "XNVME_SPEC_ZND_SC_NOZRWA"},
	    {xnvme_spec_znd_status_code_str(XNVME_SPEC_ZND_SC_BOUNDARY_ERROR),
	     "ZND_SC_BOUNDARY_ERROR"},
	    {xnvme_spec_znd_status_code_str(XNVME_SPEC_ZND_SC_IS_FULL), "ZND_SC_IS_FULL"},
	    {xnvme_spec_znd_status_code_str(XNVME_SPEC_ZND_SC_IS_READONLY), "ZND_SC_IS_READONLY"},
	    {xnvme_spec_znd_status_code_str(XNVME_SPEC_ZND_SC_IS_OFFLINE), "ZND_SC_IS_OFFLINE"},
	    {xnvme_spec_znd_status_code_str(XNVME_SPEC_ZND_SC_INVALID_WRITE),
	     "ZND_SC_INVALID_WRITE"},
	    {xnvme_spec_znd_status_code_str(XNVME_SPEC_ZND_SC_TOO_MANY_ACTIVE),
	     "ZND_SC_TOO_MANY_ACTIVE"},
	    {xnvme_spec_znd_status_code_str(XNVME_SPEC_ZND_SC_TOO_MANY_OPEN),
	     "ZND_SC_TOO_MANY_OPEN"},
	    {xnvme_spec_znd_status_code_str(XNVME_SPEC_ZND_SC_INVALID_TRANS),
	     "ZND_SC_INVALID_TRANS"},
	    {xnvme_spec_znd_status_code_str(UNKNOWN), "ENOSYS"},
	    {xnvme_spec_znd_state_str(XNVME_SPEC_ZND_STATE_EMPTY), "ZND_STATE_EMPTY"},
	    {xnvme_spec_znd_state_str(XNVME_SPEC_ZND_STATE_IOPEN), "ZND_STATE_IOPEN"},
	    {xnvme_spec_znd_state_str(XNVME_SPEC_ZND_STATE_EOPEN), "ZND_STATE_EOPEN"},
	    {xnvme_spec_znd_state_str(XNVME_SPEC_ZND_STATE_CLOSED), "ZND_STATE_CLOSED"},
	    {xnvme_spec_znd_state_str(XNVME_SPEC_ZND_STATE_RONLY), "ZND_STATE_RONLY"},
	    {xnvme_spec_znd_state_str(XNVME_SPEC_ZND_STATE_FULL), "ZND_STATE_FULL"},
	    {xnvme_spec_znd_state_str(XNVME_SPEC_ZND_STATE_OFFLINE), "ZND_STATE_OFFLINE"},
	    {xnvme_spec_znd_state_str(UNKNOWN), "ENOSYS"},
	    {xnvme_spec_znd_type_str(XNVME_SPEC_ZND_TYPE_SEQWR), "ZND_TYPE_SEQWR"},
	    {xnvme_spec_znd_type_str(UNKNOWN), "ENOSYS"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
		CHECK_STR(rows[i].actual, rows[i].expected);
	}
}

static void
status_names_are_the_titles_of_the_specification(void)
{
	CHECK_STR(xnvi_spec_status_name(0, 0x00), "Successful Completion");
	CHECK_STR(xnvi_spec_status_name(0, 0x02), "Invalid Field in Command");
	CHECK_STR(xnvi_spec_status_name(0, 0x80), "LBA Out of Range");
	CHECK_STR(xnvi_spec_status_name(0, 0x87), "KV Key Does Not Exist");
	CHECK_STR(xnvi_spec_status_name(1, 0x09), "Invalid Log Page");
	CHECK_STR(xnvi_spec_status_name(1, 0xb9), "Zone Is Full");
	CHECK_STR(xnvi_spec_status_name(2, 0x82), "End-to-end Guard Check Error");
	CHECK_STR(xnvi_spec_status_name(2, 0x85), "Compare Failure");
	CHECK_STR(xnvi_spec_status_name(3, 0x71), "Command Aborted By Host");
	CHECK_STR(xnvi_spec_status_name(7, 0x05), "Vendor Specific Status");
	CHECK_STR(xnvi_spec_status_name(1, 0xc1), "Vendor Specific Status");
	CHECK_STR(xnvi_spec_status_name(5, 0x00), "Status of a Reserved Type");
}

static void
every_number_has_a_name(void)
{
	for (int i = 0; i < 256; ++i) {
		const uint8_t value = (uint8_t)i;

		for (int sct = 0; sct < 256; ++sct) {
			CHECK(xnvi_spec_status_name((uint8_t)sct, value)[0]);
		}
		for (int csi = 0; csi < 256; ++csi) {
			CHECK(xnvi_spec_opc_name(false, (uint8_t)csi, value)[0]);
		}
		CHECK(xnvi_spec_opc_name(true, 0, value)[0]);
		CHECK(xnvi_spec_feat_name(value)[0]);
	}
}

static void
opcode_names_depend_on_queue_and_command_set(void)
{
	CHECK_STR(xnvi_spec_opc_name(false, XNVME_SPEC_CSI_NVM, 0x02), "Read");
	CHECK_STR(xnvi_spec_opc_name(true, XNVME_SPEC_CSI_NVM, 0x02), "Get Log Page");
	CHECK_STR(xnvi_spec_opc_name(false, XNVME_SPEC_CSI_KV, 0x02), "Retrieve");
	CHECK_STR(xnvi_spec_opc_name(false, XNVME_SPEC_CSI_ZONED, 0x02), "Read");
	CHECK_STR(xnvi_spec_opc_name(false, XNVME_SPEC_CSI_ZONED, 0x7d), "Zone Append");
	CHECK_STR(xnvi_spec_opc_name(false, XNVME_SPEC_CSI_NVM, 0x7d), "Unknown Command");
	CHECK_STR(xnvi_spec_opc_name(false, XNVME_SPEC_CSI_FS, 0xdc), "File Read");
	CHECK_STR(xnvi_spec_opc_name(false, XNVME_SPEC_CSI_NVM, 0xc0), "Vendor Specific Command");
	CHECK_STR(xnvi_spec_opc_name(true, 0, 0x80), "Format NVM");
	CHECK_STR(xnvi_spec_opc_name(true, 0, 0xc0), "Vendor Specific Command");
	CHECK_STR(xnvi_spec_feat_name(0x07), "Number of Queues");
}

int
main(int argc, char **argv)
{
	static const struct test tests[] = {
	    TEST_CASE(strings_of_all_enumerations_are_those_of_0_7_5),
	    TEST_CASE(status_names_are_the_titles_of_the_specification),
	    TEST_CASE(every_number_has_a_name),
	    TEST_CASE(opcode_names_depend_on_queue_and_command_set),
	};

	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
