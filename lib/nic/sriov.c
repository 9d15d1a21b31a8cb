/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Virtual functions: which there are by sysfs, what the physical one lays down for them by
 * rtnetlink. */
#include "nic/here.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>

#define FUNCTIONS_MAX 4096

static const char *const link_states[] = { "auto", "enable", "disable" };

int nic_link_state_of(const char *word)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(link_states); i++)
		if (ms_streq(word, link_states[i]))
			return (int)i;
	return -1;
}

const char *nic_device_path(char buf[static MS_PATH_MAX], const char *pci,
			    const struct ms_link *link)
{
	if (*pci)
		return ms_path(buf, "/sys/bus/pci/devices/%s", pci);
	return link ? ms_path(buf, "/sys/class/net/%s/device", link->name) : "";
}

/* ---- what rtnetlink says of one ---- */

/* What cannot be asked of the driver comes as all ones (rtnl_fill_vfinfo). */
static int fill_flag(json_t *function, const char *key, const struct nlattr *attr)
{
	const struct ifla_vf_spoofchk *flag = ms_nl_data(attr, sizeof(*flag));

	return flag && flag->setting != UINT32_MAX
		       ? nic_put(function, key, json_boolean(flag->setting))
		       : 0;
}

static int fill_guid(json_t *function, const char *key, const struct nlattr *attr)
{
	const struct ifla_vf_guid *said = ms_nl_data(attr, sizeof(*said));
	unsigned char bytes[8];
	char text[MS_HWADDR_MAX];
	uint64_t guid;

	if (!said)
		return 0;
	memcpy(&guid, &said->guid, sizeof(guid));
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(guid >> (56 - 8 * i));
	return nic_put_text(function, key, ms_hwaddr_text(bytes, sizeof(bytes), text));
}

static int fill_vlan(const struct nlattr *const *attrs, json_t *function)
{
	const struct ifla_vf_vlan *plain = ms_nl_data(attrs[IFLA_VF_VLAN], sizeof(*plain));
	const struct nlattr *entry = ms_nl_next(attrs[IFLA_VF_VLAN_LIST], NULL);
	const struct ifla_vf_vlan_info *info = ms_nl_data(entry, sizeof(*info));
	bool outer = info && ntohs(info->vlan_proto) == ETH_P_8021AD;

	if (!info && !plain)
		return 0;
	return nic_put(function, "vlan", json_integer(info ? info->vlan : plain->vlan)) ||
	       nic_put(function, "priority", json_integer(info ? info->qos : plain->qos)) ||
	       nic_put_text(function, "protocol", outer ? "802.1ad" : "802.1Q");
}

static int fill_rates(const struct nlattr *attr, json_t *function)
{
	const struct ifla_vf_rate *rate = ms_nl_data(attr, sizeof(*rate));

	return rate && (nic_put(function, "minRate", json_integer(rate->min_tx_rate)) ||
			nic_put(function, "maxRate", json_integer(rate->max_tx_rate)));
}

int nic_function_fill(const struct nlattr *info, size_t mac_len, json_t *function)
{
	const struct nlattr *attrs[IFLA_VF_MAX + 1];
	const struct ifla_vf_mac *mac;
	const struct ifla_vf_link_state *state;
	char text[MS_HWADDR_MAX];

	ms_nl_parse_nested(info, attrs, IFLA_VF_MAX);
	mac = ms_nl_data(attrs[IFLA_VF_MAC], sizeof(*mac));
	state = ms_nl_data(attrs[IFLA_VF_LINK_STATE], sizeof(*state));
	if (mac &&
	    nic_put_text(function, "mac",
			 ms_hwaddr_text(mac->mac,
					mac_len < sizeof(mac->mac) ? mac_len : sizeof(mac->mac),
					text)))
		return -ENOMEM;
	if (state && state->link_state < MS_ARRAY_SIZE(link_states) &&
	    nic_put_text(function, "linkState", link_states[state->link_state]))
		return -ENOMEM;
	if (fill_vlan(attrs, function) || fill_rates(attrs[IFLA_VF_RATE], function) ||
	    fill_flag(function, "spoofCheck", attrs[IFLA_VF_SPOOFCHK]) ||
	    fill_flag(function, "trust", attrs[IFLA_VF_TRUST]) ||
	    fill_guid(function, "nodeGuid", attrs[IFLA_VF_IB_NODE_GUID]) ||
	    fill_guid(function, "portGuid", attrs[IFLA_VF_IB_PORT_GUID]))
		return -ENOMEM;
	return 0;
}

/* ---- what sysfs says of one ---- */

static int fill_place(struct nic_here *here, const char *device, size_t index, json_t *function)
{
	const struct ms_link *link;
	char pci[16], word[64];

	if (!ms_host_link_word(here->host, MS_PATH("%s/virtfn%zu", device, index), pci,
			       sizeof(pci)))
		return 0;
	link = ms_link_by_pci(here->links, pci);
	if (nic_put_text(function, "pci", pci) ||
	    (link && nic_put_text(function, "netdev", link->name)))
		return -ENOMEM;
	if (ms_host_link_word(here->host, MS_PATH("/sys/bus/pci/devices/%s/driver", pci), word,
			      sizeof(word)) &&
	    nic_put_text(function, "driver", word))
		return -ENOMEM;
	if (ms_host_link_word(here->host, MS_PATH("/sys/bus/pci/devices/%s/iommu_group", pci), word,
			      sizeof(word)) &&
	    nic_put_text(function, "iommuGroup", word))
		return -ENOMEM;
	return 0;
}

/* ---- all of them ---- */

static size_t mac_len(const struct ms_link *link)
{
	return (strlen(link->mac) + 1) / 3;
}

/* The index is the first number of each of its attributes. */
static bool index_of(const struct nlattr *info, size_t *ret_index)
{
	const struct nlattr *first = ms_nl_next(info, NULL);

	*ret_index = ms_nl_u32(first, UINT32_MAX);
	return first && *ret_index < FUNCTIONS_MAX;
}

static int fill_said(const struct ms_link *link, json_t *functions)
{
	const struct nlattr *info;
	size_t index;

	ms_nl_each(info, link->vfs) {
		json_t *function = index_of(info, &index) ? json_array_get(functions, index) : NULL;

		if (function && nic_function_fill(info, mac_len(link), function))
			return -ENOMEM;
	}
	return 0;
}

static int fill_functions(struct nic_here *here, const char *device, size_t n, json_t *functions)
{
	for (size_t i = 0; i < n; i++) {
		json_t *function = json_pack("{s:I}", "index", (json_int_t)i);

		if (!function || json_array_append_new(functions, function) < 0 ||
		    fill_place(here, device, i, function))
			return -ENOMEM;
	}
	return 0;
}

int nic_sriov(struct nic_look *look, struct ms_err *err)
{
	struct ms_host *host = look->here->host;
	char buf[MS_PATH_MAX];
	const char *device = nic_device_path(buf, look->pci, look->link);
	json_t *sriov, *functions;
	int64_t n;

	if (!*device || !ms_host_number(host, MS_PATH("%s/sriov_numvfs", device), &n))
		return 0;
	n = n < 0 ? 0 : n < FUNCTIONS_MAX ? n : FUNCTIONS_MAX;
	sriov = json_object();
	if (!sriov || json_object_set_new(look->status, "sriov", sriov) < 0 ||
	    nic_fact(sriov, "total",
		     ms_host_json_number(host, MS_PATH("%s/sriov_totalvfs", device))) ||
	    nic_put(sriov, "vfs", json_integer(n)))
		return ms_nomem(err);
	if (!n)
		return 0;
	functions = json_array();
	if (!functions || json_object_set_new(sriov, "functions", functions) < 0 ||
	    fill_functions(look->here, device, (size_t)n, functions) ||
	    (look->link && fill_said(look->link, functions)))
		return ms_nomem(err);
	return 0;
}
