/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DCQCN: the notification point (NP), which answers marked packets with CNPs, and the reaction
 * point (RP), which obeys them.  MLNX_OFED has both in sysfs; the upstream mlx5 driver has
 * parameters in debugfs, and not whether they are on.
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

int roce_get_ecn(struct roce_look *look, struct ms_err *err)
{
	json_auto_t *np = json_object(), *rp = json_object(), *parameters = json_object();
	char folder[128];
	int bad = np && rp && parameters ? 0 : -ENOMEM;

	if (!bad && ms_host_exists(look->here->host, MS_PATH(ROCE_ECN, look->link->name, "np")))
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
