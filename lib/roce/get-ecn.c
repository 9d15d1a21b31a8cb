/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DCQCN: the notification point (NP), which answers marked packets with CNPs, and the reaction
 * point (RP), which obeys them.  MLNX_OFED has both in sysfs; the upstream mlx5 driver has
 * parameters in debugfs, and not whether they are on.  Broadcom's and Intel's own drivers have one
 * switch for both, in configfs (bnxt_setupcc.sh of the one, README_irdma of the other).
 */
#include "roce/here.h"

#include <ctype.h>
#include <errno.h>

bool roce_cc_params(struct roce_here *here, const struct ms_link *link, char *buf, size_t size)
{
	if (!*link->pci)
		return false;
	snprintf(buf, size, "/sys/kernel/debug/mlx5/%s/cc_params", link->pci);
	return ms_host_exists(here->host, buf);
}

const struct roce_cc roce_ccs[] = {
	{ .driver = "bnxt_en",
	  .root = "/sys/kernel/config/bnxt_re",
	  .by_port = true,
	  .enable = { "ecn_enable", "ecn_marking" },
	  .files = { { "np", "cnpDscp", "cnp_dscp" },
		     { "np", "cnpPriority", "cnp_prio" },
		     { "rp", "dscp", "roce_dscp" },
		     { "rp", "priority", "roce_prio" } },
	  .commit = "apply" },
	{ .driver = "ice",
	  .root = "/sys/kernel/config/irdma",
	  .enable = { "roce_dcqcn_enable" } },
	{ 0 },
};

const struct roce_cc *roce_cc_of(struct roce_here *here, const struct ms_link *link,
				 const struct roce_port *port, char *folder, size_t size)
{
	char driver[64];

	if (!port || !ms_host_link_word(here->host,
					MS_PATH("/sys/class/net/%s/device/driver", link->name),
					driver, sizeof(driver)))
		return NULL;
	for (const struct roce_cc *cc = roce_ccs; cc->driver; cc++) {
		if (strcmp(cc->driver, driver))
			continue;
		if (cc->by_port)
			snprintf(folder, size, "%s/%s/ports/%u/cc", cc->root, port->device,
				 port->port);
		else
			snprintf(folder, size, "%s/%s", cc->root, port->device);
		return cc;
	}
	return NULL;
}

/* "rpg_time_reset" and "np_cnp_dscp" as they are named there. */
static const struct { const char *sysfs, *debugfs, *key; } points[] = {
	{ "cnp_dscp", "np_cnp_dscp", "cnpDscp" },
	{ "cnp_802p_prio", "np_cnp_prio", "cnpPriority" },
	{ "min_time_between_cnps", "np_min_time_between_cnps", "minTimeBetweenCnps" },
};

static json_t *enabled_new(struct roce_look *look, const char *point)
{
	json_t *list = json_array();
	int64_t on;

	for (int i = 0; i < 8; i++)
		if (ms_host_number(look->here->host,
				   MS_PATH(ROCE_ECN "/enable/%d", look->link->name, point, i),
				   &on) &&
		    on)
			json_array_append_new(list, json_integer(i));
	return list;
}

/* All numbers of a folder whose names begin with `prefix`. */
static int add_parameters(struct roce_look *look, const char *folder, const char *prefix,
			  json_t *into)
{
	struct ms_err none = MS_ERR_INIT;
	char **names = NULL;
	int bad = 0;

	if (ms_host_list(look->here->host, folder, &names, &none) < 0)
		return 0;
	for (size_t i = 0; !bad && names[i]; i++)
		if (ms_starts(names[i], prefix) && isalpha((unsigned char)names[i][0]))
			bad = roce_fact(into, names[i],
					ms_host_json_number(look->here->host,
							    MS_PATH("%s/%s", folder, names[i])));
	ms_strv_free(names);
	return bad;
}

static int add_sysfs(struct roce_look *look, json_t *np, json_t *rp, json_t *parameters)
{
	const char *folder = MS_PATH(ROCE_ECN, look->link->name, "np");

	for (size_t i = 0; i < MS_ARRAY_SIZE(points); i++)
		if (roce_fact(np, points[i].key,
			      ms_host_json_number(look->here->host,
						  MS_PATH("%s/%s", folder, points[i].sysfs))))
			return -ENOMEM;
	if (roce_fact(np, "enabled", enabled_new(look, "np")) ||
	    roce_fact(rp, "enabled", enabled_new(look, "rp")))
		return -ENOMEM;
	return add_parameters(look, MS_PATH(ROCE_ECN, look->link->name, "rp"), "", parameters);
}

static int add_debugfs(struct roce_look *look, const char *folder, json_t *np, json_t *parameters)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(points); i++)
		if (roce_fact(np, points[i].key,
			      ms_host_json_number(look->here->host,
						  MS_PATH("%s/%s", folder, points[i].debugfs))))
			return -ENOMEM;
	return add_parameters(look, folder, "rp_", parameters);
}

/* On is on for all. */
static int add_cc(struct roce_look *look, const struct roce_cc *cc, const char *folder, json_t *np,
		  json_t *rp)
{
	json_t *on = ms_host_json_number(look->here->host, MS_PATH("%s/%s", folder, cc->enable[0]));
	json_t *list = json_array();

	for (int i = 0; json_integer_value(on) && i < 8; i++)
		json_array_append_new(list, json_integer(i));
	json_decref(on);
	if (roce_fact(np, "enabled", list))
		return -ENOMEM;
	for (const struct roce_cc_file *file = cc->files; file->key; file++)
		if (roce_fact(strcmp(file->point, "np") ? rp : np, file->key,
			      ms_host_json_number(look->here->host,
						  MS_PATH("%s/%s", folder, file->file))))
			return -ENOMEM;
	return 0;
}

static int add_no_cc(struct roce_look *look, const struct roce_cc *cc)
{
	if (!ms_host_exists(look->here->host, cc->root))
		return roce_unsupported(look->status, "ecn",
					"no %s: the driver of the kernel has none, that of the "
					"maker has, with configfs mounted",
					cc->root);
	return roce_unsupported(look->status, "ecn",
				"mkdir %s/%s, in which the driver then shows it, and read it again",
				cc->root, look->port->device);
}

int roce_get_ecn(struct roce_look *look, struct ms_err *err)
{
	json_auto_t *np = json_object(), *rp = json_object(), *parameters = json_object();
	char folder[160];
	const struct roce_cc *cc = roce_cc_of(look->here, look->link, look->port, folder,
					      sizeof(folder));
	int bad = np && rp && parameters ? 0 : -ENOMEM;

	if (!bad && cc && !ms_host_exists(look->here->host, folder))
		return add_no_cc(look, cc) ? ms_nomem(err) : 0;
	if (!bad && cc)
		bad = add_cc(look, cc, folder, np, rp);
	else if (!bad &&
		 ms_host_exists(look->here->host, MS_PATH(ROCE_ECN, look->link->name, "np")))
		bad = add_sysfs(look, np, rp, parameters);
	else if (!bad && roce_cc_params(look->here, look->link, folder, sizeof(folder)))
		bad = add_debugfs(look, folder, np, parameters);
	else if (!bad)
		return roce_unsupported(
			       look->status, "ecn",
			       "the driver has neither /sys/class/net/%s/ecn nor cc_params",
			       look->link->name)
			       ? ms_nomem(err)
			       : 0;
	if (!bad && json_object_size(parameters))
		bad = json_object_set(rp, "parameters", parameters);
	if (!bad)
		bad = ms_put(look->status, "/ecn", json_pack("{s:O,s:O}", "np", np, "rp", rp));
	return bad ? ms_nomem(err) : 0;
}
