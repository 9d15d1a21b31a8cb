/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What holds for a whole machine: who else might set DCB, what is loaded, who sees RDMA devices. */
#include "roce/here.h"

#include <ctype.h>
#include <errno.h>

/* An agent of LLDP that sets DCB by itself.  Its process, as it may run without a file in /run. */
static bool has_lldpad(struct roce_here *here)
{
	struct ms_err none = MS_ERR_INIT;
	char **names = NULL, comm[32];
	bool found = false;

	if (ms_host_list(here->host, "/proc", &names, &none) < 0)
		return ms_host_exists(here->host, "/run/lldpad.pid");
	for (size_t i = 0; !found && names[i]; i++)
		found = isdigit((unsigned char)names[i][0]) &&
			ms_host_word(here->host, MS_PATH("/proc/%s/comm", names[i]), comm,
				     sizeof(comm)) &&
			!strcmp(comm, "lldpad");
	ms_strv_free(names);
	return found;
}

static json_t *modules_new(struct roce_here *here)
{
	static const char *const names[] = { "ib_core",	  "ib_uverbs",	"rdma_cm",	 "rdma_ucm",
					     "mlx5_core", "mlx5_ib",	"bnxt_en",	 "bnxt_re",
					     "irdma",	  "erdma",	"rdma_rxe",	 "siw",
					     "nvme_rdma", "nvmet_rdma", "nvidia_peermem" };
	json_t *list = json_array();

	for (size_t i = 0; i < MS_ARRAY_SIZE(names); i++)
		if (ms_host_exists(here->host, MS_PATH("/sys/module/%s", names[i])))
			json_array_append_new(list, json_string(names[i]));
	return list;
}

int roce_observe_server(struct roce_here *here, json_t **ret_status, struct ms_err *err)
{
	json_auto_t *status = json_object();
	int r;

	if (!status ||
	    roce_fact(status, "kernel",
		      ms_host_json_word(here->host, "/proc/sys/kernel/osrelease")) ||
	    roce_fact(status, "netnsMode", roce_netns_mode(here)) ||
	    roce_fact(status, "lldpad", json_boolean(has_lldpad(here))) ||
	    roce_fact(status, "modules", modules_new(here)))
		return ms_nomem(err);
	r = ms_host_facts(here->host, roce_get_dmabuf(here, status, err), err);
	if (!r)
		*ret_status = ms_take(status);
	return r;
}
