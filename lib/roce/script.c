/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings as a shell script: plain tools, each part by itself, all of them tried whatever one
 * says. */
#include "roce/persist.h"

static const char head[] =
	"set -u\n"
	"rc=0\n"
	"try() {\n"
	"\t\"$@\" || { rc=1; echo \"msctl-roce: failed: $*\" >&2; }\n"
	"}\n"
	"# put VALUE FILE\n"
	"put() {\n"
	"\techo \"$1\" > \"$2\"\n"
	"}\n"
	"# DEVICE PORT of what carries RDMA on the interface\n"
	"rdma() {\n"
	"\tfor port in /sys/class/infiniband/*/ports/*; do\n"
	"\t\tdev=${port%/ports/*}\n"
	"\t\tif [ \"$dev/device\" -ef \"/sys/class/net/$if/device\" ] ||\n"
	"\t\t\t[ \"$(cat \"$port/gid_attrs/ndevs/0\" 2> /dev/null)\" = \"$if\" ]; then\n"
	"\t\t\techo \"${dev##*/} ${port##*/}\"\n"
	"\t\tfi\n"
	"\tdone\n"
	"}\n"
	"\n";

/* ---- parts ---- */

static void pairs(struct ms_buf *buf, const char *word, const json_t *list)
{
	const json_t *value;
	size_t i;

	ms_buf_printf(buf, " %s", word);
	json_array_foreach(list, i, value)
		if (json_is_string(value))
			ms_buf_printf(buf, " %zu:%s", i, json_string_value(value));
		else
			ms_buf_printf(buf, " %zu:%lld", i, (long long)json_integer_value(value));
}

static bool has(const json_t *list, int number)
{
	const json_t *value;
	size_t i;

	json_array_foreach(list, i, value)
		if (json_integer_value(value) == number)
			return true;
	return false;
}

static void write_ets(struct ms_buf *buf, const json_t *ets)
{
	ms_buf_printf(buf, "try dcb ets set dev \"$if\" willing %s",
		      ms_bool(ets, "/willing", false) ? "on" : "off");
	if (json_object_get(ets, "prioToTc")) {
		pairs(buf, "prio-tc", json_object_get(ets, "prioToTc"));
		pairs(buf, "tc-tsa", json_object_get(ets, "algorithm"));
		pairs(buf, "tc-bw", json_object_get(ets, "bandwidth"));
	}
	ms_buf_printf(buf, "\n");
}

/* dcb(8) of iproute2 before 6.18 hands octets per second on to the kernel, which takes them for
 * kb/s. */
static void write_rates(struct ms_buf *buf, const json_t *rates)
{
	const json_t *rate;
	size_t i;

	ms_buf_printf(buf, "v=$(dcb -V)\n"
			   "v=${v#*iproute2-}. unit=kbit\n"
			   "case $v in\n"
			   "[1-5].* | 6.[0-9].* | 6.1[0-7].*) unit=bps ;;\n"
			   "esac\n"
			   "try dcb maxrate set dev \"$if\" tc-maxrate");
	json_array_foreach(rates, i, rate)
		ms_buf_printf(buf, " %zu:%lld$unit", i, (long long)json_integer_value(rate));
	ms_buf_printf(buf, "\n");
}

static void write_pfc(struct ms_buf *buf, const json_t *pfc)
{
	ms_buf_printf(buf, "try dcb pfc set dev \"$if\" prio-pfc");
	for (int i = 0; i < 8; i++)
		ms_buf_printf(buf, " %d:%s", i,
			      has(json_object_get(pfc, "enabled"), i) ? "on" : "off");
	ms_buf_printf(buf, "\n");
}

static void write_map(struct ms_buf *buf, const json_t *map)
{
	char key[16];

	if (!json_object_size(map)) {
		ms_buf_printf(buf, "try dcb app flush dev \"$if\" dscp-prio\n");
		return;
	}
	ms_buf_printf(
		buf,
		"# Some drivers replace by themselves, and refuse to remove what is "
		      "gone: the second time "
		"nothing is left to remove.\n"
		"map() {\n\tdcb app replace dev \"$if\" dscp-prio");
	for (int dscp = 0; dscp < 64; dscp++) {
		snprintf(key, sizeof(key), "%d", dscp);
		if (json_object_get(map, key))
			ms_buf_printf(buf, " %d:%d", dscp,
				      (int)json_integer_value(json_object_get(map, key)));
	}
	ms_buf_printf(buf, "\n}\nmap 2> /dev/null || try map\n");
}

static void write_pause(struct ms_buf *buf, const json_t *pause)
{
	/* 78: they were so already. */
	ms_buf_printf(buf, "ethtool -A \"$if\" autoneg off rx %s tx %s || [ $? = 78 ] || rc=1\n",
		      ms_bool(pause, "/rx", false) ? "on" : "off",
		      ms_bool(pause, "/tx", false) ? "on" : "off");
}

static void write_point(struct ms_buf *buf, const char *point, const json_t *enabled)
{
	if (!enabled)
		return;
	for (int i = 0; i < 8; i++)
		ms_buf_printf(buf, "try put %d \"/sys/class/net/$if/ecn/roce_%s/enable/%d\"\n",
			      has(enabled, i), point, i);
}

static void write_cnp(struct ms_buf *buf, const json_t *np, const char *key, const char *sysfs,
		      const char *debugfs)
{
	const json_t *value = json_object_get(np, key);

	if (value)
		ms_buf_printf(buf,
			      "if [ -e \"/sys/class/net/$if/ecn\" ]; then\n"
			      "\ttry put %lld \"/sys/class/net/$if/ecn/roce_np/%s\"\n"
			      "else\n"
			      "\ttry put %lld \"/sys/kernel/debug/mlx5/$(basename \"$(readlink -f "
			      "\"/sys/class/net/$if/device\")\")/cc_params/%s\"\n"
			      "fi\n",
			      (long long)json_integer_value(value), sysfs,
			      (long long)json_integer_value(value), debugfs);
}

/* Drivers that have one switch for both points. */
static void write_cc(struct ms_buf *buf, const json_t *ecn)
{
	int on = json_array_size(ms_at(ecn, "/np/enabled")) > 0;

	ms_buf_printf(buf,
		      "rdma | while read -r dev port; do\n"
		      "\tc=/sys/kernel/config\n"
		      "\tdriver=$(readlink \"/sys/class/net/$if/device/driver\")\n"
		      "\tif [ \"${driver##*/}\" = bnxt_en ]; then\n"
		      "\t\tmkdir -p \"$c/bnxt_re/$dev\"; cc=$c/bnxt_re/$dev/ports/$port/cc\n"
		      "\t\tput %d \"$cc/ecn_enable\" && put %d \"$cc/ecn_marking\"",
		      on, on);
	for (const struct roce_cc_file *file = roce_ccs[0].files; file->key; file++) {
		const json_t *value = ms_at(ecn, "/%s/%s", file->point, file->key);

		if (value)
			ms_buf_printf(buf, " && put %lld \"$cc/%s\"",
				      (long long)json_integer_value(value), file->file);
	}
	ms_buf_printf(
		buf,
		" && put 1 \"$cc/apply\" || exit 1\n"
		"\telse\n"
		"\t\tmkdir -p \"$c/irdma/$dev\"; cc=$c/irdma/$dev\n"
		      "\t\tput %d \"$cc/roce_dcqcn_enable\" || exit 1\n"
		"\tfi\n"
		"done || rc=1\n",
		on);
}

static void write_ecn(struct ms_buf *buf, const json_t *ecn)
{
	const json_t *np = json_object_get(ecn, "np");

	if (json_object_get(np, "enabled") && !ms_at(ecn, "/rp/enabled")) {
		write_cc(buf, ecn);
		return;
	}
	write_cnp(buf, np, "cnpDscp", "cnp_dscp", "np_cnp_dscp");
	write_cnp(buf, np, "cnpPriority", "cnp_802p_prio", "np_cnp_prio");
	write_point(buf, "np", json_object_get(np, "enabled"));
	write_point(buf, "rp", ms_at(ecn, "/rp/enabled"));
}

static void write_cm(struct ms_buf *buf, const json_t *cm)
{
	ms_buf_printf(buf,
		      "modprobe -q rdma_cm\n"
		      "rdma | while read -r dev port; do\n"
		      "\tcm=/sys/kernel/config/rdma_cm/$dev\n"
		      "\t[ -d \"$cm\" ] || mkdir \"$cm\" || exit 1\n"
		      "\tput '%s' \"$cm/ports/$port/default_roce_mode\" || exit 1\n"
		      "\tput %d \"$cm/ports/$port/default_roce_tos\" || exit 1\n"
		      "done || rc=1\n",
		      strcmp(ms_str(cm, "/mode", ""), "RoCE v2") ? "IB/RoCE v1" : "RoCE v2",
		      (int)ms_int(cm, "/tos", 0));
}

static void write_traffic_class(struct ms_buf *buf, const json_t *number)
{
	ms_buf_printf(buf,
		      "rdma | while read -r dev port; do\n"
		      "\tput %d \"/sys/class/infiniband/$dev/tc/$port/traffic_class\" || exit 1\n"
		      "done || rc=1\n",
		      (int)json_integer_value(number));
}

static void write_trust(struct ms_buf *buf, const json_t *trust)
{
	ms_buf_printf(buf,
		      "if [ -e \"/sys/class/net/$if/qos/trust\" ]; then\n"
		      "\ttry put %s \"/sys/class/net/$if/qos/trust\"\n"
		      "fi\n",
		      strcmp(json_string_value(trust) ? json_string_value(trust) : "", "pcp")
			      ? "dscp"
			      : "pcp");
}

static void write_mtu(struct ms_buf *buf, const json_t *mtu)
{
	ms_buf_printf(buf, "try ip link set dev \"$if\" mtu %lld\n",
		      (long long)json_integer_value(mtu));
}

static void write_dcbx(struct ms_buf *buf, const json_t *dcbx)
{
	(void)dcbx;
	ms_buf_printf(buf, "try dcb dcbx set dev \"$if\" host ieee\n");
}

static void write_netns(struct ms_buf *buf, const json_t *mode)
{
	/* `rdma` alone is the function above. */
	ms_buf_printf(buf, "try command rdma system set netns %s\n", json_string_value(mode));
}

/* The order of a plan. */
static const struct {
	const char *key;
	void (*write)(struct ms_buf *buf, const json_t *value);
} parts[] = {
	{ "netnsMode", write_netns },
	{ "dcbx", write_dcbx },
	{ "mtu", write_mtu },
	{ "pause", write_pause },
	{ "ets", write_ets },
	{ "maxRate", write_rates },
	{ "pfc", write_pfc },
	{ "trust", write_trust },
	{ "dscpToPriority", write_map },
	{ "ecn", write_ecn },
	{ "cm", write_cm },
	{ "trafficClass", write_traffic_class },
};

char *roce_script(const char *netdev, const json_t *settings)
{
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	MS_AUTO_FREE char *text = ms_json_text(settings, MS_JSON_SORTED);

	if (!text)
		return NULL;
	ms_buf_printf(
		&buf,
		"#!/bin/sh\n"
		"# Sets RoCE on %s as the fabric had it when this was written by\n"
		      "# msctl-roce apply, which writes it anew: do not edit it.\n"
		"# settings: %s\n"
		"if='%s'\n",
		netdev, text, netdev);
	ms_buf_add(&buf, head, sizeof(head) - 1);
	for (size_t i = 0; i < MS_ARRAY_SIZE(parts); i++)
		if (json_object_get(settings, parts[i].key))
			parts[i].write(&buf, json_object_get(settings, parts[i].key));
	ms_buf_printf(&buf, "exit $rc\n");
	return buf.failed ? NULL : ms_take(buf.data);
}
