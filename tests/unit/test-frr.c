/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FRR on Linux: what is written is read back, what is foreign survives, and FRR itself takes what
 * is written. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "driver-fixture.h"
#include "fabric/frr/frr.h"

#define SEEDS 3000

static const struct fabric_dialect dialect = {
	.driver = &fabric_frr, .prefix = "swp", .part = "s", .first = 1, .step = 1,
};

static json_t *normal_model(uint64_t seed)
{
	return driver_normal(&dialect, model_random(seed, &fabric_frr.caps));
}

static void rendering_and_parsing_is_the_identity(void **state)
{
	char what[32];
	uint64_t seed;

	(void)state;
	for (seed = 1; seed <= SEEDS; seed++) {
		json_auto_t *model = normal_model(seed);

		snprintf(what, sizeof what, "seed %u", (unsigned)seed);
		driver_expect_same(&dialect, what, model);
	}
}

static void normal_twice_is_normal_once(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	uint64_t seed;

	(void)state;
	for (seed = 1; seed <= 300; seed++) {
		json_auto_t *model = normal_model(seed), *once = json_deep_copy(model);

		assert_int_equal(frr_normal(&dialect, model, &err), 0);
		model_expect_equal("twice", once, model);
	}
}

/* ---- merging ---- */

static const char foreign_routing[] =
	"Building configuration...\n\nCurrent configuration:\n!\nfrr version 8.4.4\n"
	"frr defaults traditional\n"
	"hostname old\n"
	"no ip forwarding\n"
	"ip route 192.0.2.0/24 10.0.0.1\n"
	"!\n"
	"interface eth0\n"
	" ip pim\n"
	"exit\n"
	"!\n"
	"route-map LEAK permit 10\n"
	" match ip address prefix-list X\n"
	"exit\n"
	"!\n"
	"end\n";

static json_t *device(const char *routing, const char *interfaces)
{
	return json_pack("{s:s, s:s}", "frr.conf", routing, "interfaces", interfaces);
}

/* What a box with `running` has after `target` came about. */
static json_t *merged(const json_t *running, const json_t *target)
{
	struct ms_err err = MS_ERR_INIT;
	char *routing = NULL, *interfaces = NULL;
	json_t *native;

	assert_int_equal(frr_merge_routing(&dialect, ms_str(running, "/frr.conf", ""),
					   json_string_value(json_object_get(target, "frr.conf")),
					   &routing, &err),
			 0);
	assert_int_equal(
		frr_merge_interfaces(&dialect,
				     json_string_value(json_object_get(running, "interfaces")),
				     json_string_value(json_object_get(target, "interfaces")),
				     &interfaces, &err),
		0);
	native = device(routing, interfaces);
	if (json_object_get(target, "qos"))
		json_object_set(native, "qos", json_object_get(target, "qos"));
	free(routing);
	free(interfaces);
	return native;
}

/* From any model to any other, by way of a box that has things of its own. */
static void merging_brings_the_target_about(void **state)
{
	static const char interfaces[] =
		"# first line\nauto lo eth0\niface lo inet loopback\n\niface eth0 inet dhcp\n  metric 100\n"
		"source /etc/network/interfaces.d/*\n";
	char what[32];
	uint64_t seed;

	(void)state;
	for (seed = 1; seed <= 500; seed++) {
		json_auto_t *one = normal_model(seed), *two = normal_model(seed + 10000),
			    *opaque = json_array();
		json_auto_t *first = driver_render(&dialect, one),
			    *second = driver_render(&dialect, two);
		json_auto_t *box = device(foreign_routing, interfaces);
		json_auto_t *then = merged(box, first), *now = merged(then, second);
		json_auto_t *back = driver_parse(&dialect, now, opaque);

		snprintf(what, sizeof what, "seed %u", (unsigned)seed);
		model_expect_equal(what, two, back);
		/* eth0 here and there, the route and the route map. */
		assert_int_equal(json_array_size(opaque), 4);
		assert_non_null(strstr(ms_str(now, "/interfaces", ""), "# first line\n"));
		assert_non_null(strstr(ms_str(now, "/interfaces", ""),
				       "iface eth0 inet dhcp\n    metric 100\n"));
		assert_non_null(strstr(ms_str(now, "/interfaces", ""),
				       "source /etc/network/interfaces.d/*\n"));
		assert_null(strstr(json_string_value(json_object_get(now, "frr.conf")),
				   "no ip forwarding"));
	}
}

static void merge_case(const char *what, const char *running, const char *target, const char *want)
{
	struct ms_err err = MS_ERR_INIT;
	char *text = NULL;

	assert_int_equal(frr_merge_routing(&dialect, running, target, &text, &err), 0);
	if (strcmp(text, want))
		fail_msg("%s: got\n%s", what, text);
	free(text);
}

static void merging_routing(void **state)
{
	(void)state;
	merge_case(
		"foreign lines of a block that stays",
		"router bgp 1\n neighbor swp1 interface remote-as external\n neighbor swp1 bfd\n"
		" neighbor swp2 interface remote-as external\n neighbor swp2 bfd\n"
		" address-family ipv4 unicast\n  neighbor swp2 activate\n  neighbor swp2 soft-reconfiguration inbound\n"
		"  redistribute kernel\n exit-address-family\nexit\n",
		"router bgp 1\n neighbor swp1 interface remote-as 7\n",
		"router bgp 1\n neighbor swp1 interface remote-as 7\n neighbor swp1 bfd\n"
		" address-family ipv4 unicast\n  redistribute kernel\n exit-address-family\nexit\n");
	merge_case(
		"a leak that somebody planted",
		"router bgp 1 vrf blue\n address-family l2vpn evpn\n  rd 1.1.1.1:5\n  route-target import 1:1\n"
		"  route-target import 2:2\n exit-address-family\nexit\n",
		"router bgp 1 vrf blue\n address-family l2vpn evpn\n  rd 1.1.1.1:5\n  route-target import 1:1\n",
		"router bgp 1 vrf blue\n address-family l2vpn evpn\n  rd 1.1.1.1:5\n  route-target import 1:1\n"
		" exit-address-family\nexit\n");
	merge_case("timers of the box", "router bgp 1\n timers bgp 10 30\nexit\n",
		   "router bgp 1\n timers bgp 3 9\n", "router bgp 1\n timers bgp 10 30\nexit\n");
	merge_case("an interface that is foreign",
		   "interface swp1\n ip ospf area 0\n ip pim\nexit\ninterface swp2\n"
		   " ip ospf area 0\nexit\n",
		   "", "interface swp1\n ip pim\nexit\n");
}

/* A bridge gets the MAC of now in place of one that was ours, and keeps one that somebody chose. */
static void merging_macs(void **state)
{
	static const struct { const char *running, *merged; } cases[] = {
		{ "", "02:00:0a:00:00:01" },
		{ " hwaddress 02:00:0a:00:00:09\n", "02:00:0a:00:00:01" },
		{ " hwaddress 0c:42:a1:00:00:09\n", "0c:42:a1:00:00:09" },
	};
	char running[128], expected[128];

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		struct ms_err err = MS_ERR_INIT;
		char *text = NULL;

		snprintf(running, sizeof running, "auto bridge\niface bridge\n%s",
			 cases[i].running);
		snprintf(expected, sizeof expected, "auto bridge\niface bridge\n    hwaddress %s\n",
			 cases[i].merged);
		assert_int_equal(
			frr_merge_interfaces(
				&dialect, running,
				"auto bridge\niface bridge\n    hwaddress 02:00:0a:00:00:01\n",
				&text, &err),
			0);
		assert_string_equal(text, expected);
		free(text);
	}
}

static void merging_interfaces(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	char *text = NULL;

	(void)state;
	assert_int_equal(
		frr_merge_interfaces(
			&dialect,
			"auto eth0 swp1 swp2\niface swp1\n\tmtu 1500\n\tup echo hello\n\niface swp2\n mtu 9000\n"
			"auto bridge\niface bridge\n bridge-vlan-aware yes\n bridge-ports swp2 tap0\n bridge-stp on\n",
			"auto swp1\niface swp1\n    mtu 9216\n\nauto bridge\niface bridge\n    bridge-vlan-aware yes\n"
			"    bridge-ports swp1\n    bridge-stp off\n",
			&text, &err),
		0);
	assert_string_equal(
		text,
		"auto eth0\n\nauto swp1\niface swp1\n    mtu 9216\n    up echo hello\n\nauto bridge\niface bridge\n"
		"    bridge-vlan-aware yes\n    bridge-ports swp1 tap0\n    bridge-stp on\n");
	free(text);
}

/* ---- what others write ---- */

static void read_of_a_device(void **state)
{
	json_auto_t *native = device(
		"frr version 8.4.4\nfrr defaults traditional\nhostname leaf01\n!\nvrf blue\n vni 50001\n"
		" ip route 0.0.0.0/0 10.9.9.9\nexit-vrf\n!\nrouter bgp 65101\n"
		" neighbor FABRIC peer-group\n neighbor swp1 interface v6only remote-as external\n"
		" neighbor 10.0.0.9 remote-as 65009\n !\n address-family ipv4 unicast\n  no neighbor 10.0.0.9 activate\n"
		" exit-address-family\nexit\n!\nrouter bgp 65101 vrf blue\n address-family l2vpn evpn\n"
		"  route-target both 65000:50001\n  route-target import 65000:50002\n exit-address-family\nexit\n",
		"auto swp1\niface swp1\nauto swp2\niface swp2 inet static\n  address 10.0.0.1\n  netmask 255.255.255.254\n"
		"iface swp3\n  bridge-vids 10-12 20\n  bridge-pvid 20\niface br0\n  bridge-ports eth7\n");
	json_auto_t *opaque = json_array(), *model = driver_parse(&dialect, native, opaque);

	(void)state;
	assert_int_equal(json_array_size(opaque), 3);
	assert_string_equal(json_string_value(json_array_get(opaque, 0)), "interfaces: iface br0");
	assert_string_equal(json_string_value(json_array_get(opaque, 1)),
			    "vrf blue: ip route 0.0.0.0/0 10.9.9.9");
	assert_string_equal(json_string_value(json_array_get(opaque, 2)),
			    "router bgp 65101: neighbor FABRIC peer-group");
	assert_string_equal(ms_str(model, "/ports/2/l3/addresses/0", ""), "10.0.0.1/31");
	assert_true(ms_bool(model, "/ports/1/l3/unnumbered", false));
	assert_int_equal(json_array_size(ms_at(model, "/ports/3/l2/tagged")), 3);
	assert_int_equal(ms_int(model, "/ports/3/l2/native", 0), 20);
	assert_string_equal(ms_str(model, "/bgp/neighbors/port:1/families/0", ""), "ipv4");
	assert_int_equal(json_array_size(ms_at(model, "/bgp/neighbors/10.0.0.9/families")), 0);
	assert_string_equal(ms_str(model, "/vrfs/blue/import/1", ""), "65000:50002");
	assert_int_equal(json_array_size(ms_at(model, "/vrfs/blue/export")), 1);
}

static void text_that_would_run_is_refused(void **state)
{
	static const char *const bad[] = { "${__import__('os')}", "<%text>", "a\nb", "ends in \\" };
	size_t i;

	(void)state;
	for (i = 0; i < MS_ARRAY_SIZE(bad); i++) {
		json_auto_t *model = json_pack("{s:{s:{s:s}}}", "ports", "1", "description",
					       bad[i]);
		struct ms_err err = MS_ERR_INIT;
		json_t *native = NULL;

		assert_int_equal(frr_render(&dialect, model, &native, &err), -EINVAL);
		assert_null(native);
	}
}

/* ---- FRR's own opinion ---- */

static bool vtysh_takes(const char *text)
{
	char path[] = "/tmp/msctl-frr-XXXXXX", command[128];
	int fd = mkstemp(path), status;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	snprintf(command, sizeof command, "vtysh -C -f %s >/dev/null 2>&1", path);
	status = system(command);
	unlink(path);
	return status == 0;
}

static void frr_itself_takes_what_is_written(void **state)
{
	uint64_t seed;

	(void)state;
	if (system("command -v vtysh >/dev/null 2>&1") || !vtysh_takes("hostname x\n")) {
		print_message("vtysh is not installed\n");
		skip();
	}
	assert_false(vtysh_takes("router bgp 1\n nonsense\n"));
	for (seed = 1; seed <= 60; seed++) {
		json_auto_t *model = normal_model(seed), *native = driver_render(&dialect, model);
		json_auto_t *other = normal_model(seed + 7000),
			    *to = driver_render(&dialect, other), *both = NULL, *box = NULL;
		const char *text = json_string_value(json_object_get(native, "frr.conf"));

		if (!vtysh_takes(text))
			fail_msg("seed %u: vtysh -C refuses\n%s", (unsigned)seed, text);
		box = device(foreign_routing, "");
		both = merged(box, to);
		text = json_string_value(json_object_get(both, "frr.conf"));
		if (!vtysh_takes(text))
			fail_msg("seed %u, merged: vtysh -C refuses\n%s", (unsigned)seed, text);
	}
}

/* ---- RoCE on ports ---- */

static json_t *qos_of(const char *said, const char *disciplines, char **ret_text)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *native = json_object();
	struct frr_qos qos;

	assert_int_equal(frr_qos_take(&dialect, said, disciplines, &qos, &err), 0);
	*ret_text = frr_qos_lines(NULL, &qos);
	frr_qos_release(&qos);
	json_object_set_new(native, "qos", json_string(*ret_text));
	return driver_parse(&dialect, native, NULL);
}

/* As iproute2 6.1 and ethtool 6.1 print it; fq_codel is the kernel's own doing. */
#define FRESH_PORT                                                                                                                 \
	"{\"pfc_cap\":8,\"macsec_bypass\":false,\"delay\":0,\"prio_pfc\":[false,false,false,false,false,false,false,false]}\n{}\n" \
	"{\"prio_buffer\":[0,0,0,0,0,0,0,0],\"buffer_size\":[18432,0,0,0,0,0,0,0],\"total_size\":18432}\n"                         \
	"Pause parameters for swp1:\nAutonegotiate:\toff\nRX:\t\toff\nTX:\t\toff\n\n"
#define SET_PORT                                                                                                              \
	"{\"pfc_cap\":8,\"macsec_bypass\":false,\"delay\":0,\"prio_pfc\":[false,false,false,true,false,false,false,false]}\n" \
	"{\"default_prio\":[0],\"dscp_prio\":[[26,3],[48,6]]}\n"                                                              \
	"{\"prio_buffer\":[0,0,0,1,0,0,0,0],\"buffer_size\":[18432,103680,0,0,0,0,0,0],\"total_size\":122112}\n"
#define SET_ROOT(dev)                                                                                    \
	"{\"kind\":\"ets\",\"handle\":\"1:\",\"dev\":\"" dev                                             \
	"\",\"root\":true,\"refcnt\":3,\"options\":{\"bands\":8,\"strict\":2,"                           \
	"\"quanta\":[2000,2000,50000,2000,2000,50000],\"priomap\":[7,7,7,4,7,7,1,7,7,7,7,7,7,7,7,7]}},"  \
	"{\"kind\":\"red\",\"handle\":\"15:\",\"dev\":\"" dev                                            \
	"\",\"parent\":\"1:5\",\"options\":{\"limit\":6000000,\"min\":150000,"                           \
	"\"max\":1500000,\"ecn\":true,\"harddrop\":false,\"adaptive\":false,\"nodrop\":true,\"ewma\":1," \
	"\"probability\":0.999999,\"Scell_log\":11}}"
#define SET_LINES(dev)                                                                             \
	"tc qdisc replace dev " dev                                                                \
	" root handle 1: ets bands 8 strict 2 quanta 2000 2000 50000 2000 2000 50000 "             \
	"priomap 7 7 7 4 7 7 1 7\n"                                                                \
	"tc qdisc replace dev " dev                                                                \
	" parent 1:5 handle 15: red limit 6000000 min 150000 max 1500000 avpkt 1000 burst 150 "    \
	"probability 0.999999 ecn nodrop\n"                                                        \
	"dcb app add dev " dev " dscp-prio 26:3 48:6\n"                                            \
	"dcb app replace dev " dev " default-prio 0\n"                                             \
	"dcb buffer set dev " dev " prio-buffer all:0 3:1 buffer-size all:0 1:103680\n"            \
	"dcb pfc set dev " dev " prio-pfc all:off 3:on\n"

static void ports_are_read_as_they_would_be_set(void **state)
{
	static const char disciplines[] =
		"[{\"kind\":\"mq\",\"handle\":\"0:\",\"dev\":\"swp1\",\"root\":true,\"options\":{}}," SET_ROOT(
			"swp2") "]";
	char *text;
	json_auto_t *model = qos_of("@swp1\n" FRESH_PORT "@swp2\n" SET_PORT "@swp3\n\n\n\n",
				    disciplines, &text);

	(void)state;
	assert_string_equal(text, SET_LINES("swp2"));
	free(text);
	assert_null(ms_at(model, "/ports/1"));
	assert_int_equal(json_object_size(ms_at(model, "/qos/profiles")), 1);
	assert_string_equal(ms_str(model, "/qos/trust", ""), "dscp");
	assert_int_equal(ms_int(model, "/qos/classes/3/trafficClass", -1), 3);
	assert_int_equal(ms_int(model, "/qos/classes/3/bandwidth", -1), 50);
	assert_true(ms_bool(model, "/qos/classes/3/lossless", false));
	assert_true(ms_bool(model, "/qos/classes/6/strict", false));
	assert_int_equal(json_array_size(ms_at(model, "/qos/classes/0/dscp")), 62);
}

/* One of three ports lost its PFC: it alone differs. */
static void a_port_with_other_classes_is_told_apart(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	MS_AUTO_FREE char *all = ms_asprintf("%s%s%s", SET_LINES("swp1"), SET_LINES("swp2"),
					     SET_LINES("swp3"));
	json_auto_t *native = json_pack("{s:s}", "qos", all),
		    *want = driver_parse(&dialect, native, NULL);
	MS_AUTO_FREE char *less = ms_asprintf("%s%s%s", SET_LINES("swp1"), SET_LINES("swp2"),
					      SET_LINES("swp3"));
	json_auto_t *after = NULL, *before = NULL, *broken = NULL;

	(void)state;
	*strstr(strstr(less, "dcb pfc set dev swp2"), " 3:on") = '#';
	json_object_set_new(native, "qos", json_string(less));
	broken = driver_parse(&dialect, native, NULL);
	assert_int_equal(fabric_diff(broken, want, &before, &after, &err), 0);
	assert_int_equal(json_object_size(json_object_get(after, "ports")), 1);
	assert_non_null(ms_at(after, "/ports/2/qos"));
	assert_null(ms_at(after, "/qos/classes"));
}

static void change_case(const char *running, const char *target, const char *new, const char *old)
{
	json_auto_t *now = json_pack("{s:s}", "qos", running),
		    *to = json_pack("{s:s}", "qos", target);
	struct ms_err err = MS_ERR_INIT;
	struct frr_qos_files files;

	assert_int_equal(frr_qos_change(&dialect, now, to, &files, &err), 0);
	assert_string_equal(files.new, new);
	assert_string_equal(files.old, old);
	if (*target)
		assert_non_null(strstr(files.boot, target));
	else
		assert_string_equal(files.boot, "");
	frr_qos_files_release(&files);
}

static void only_what_differs_is_run(void **state)
{
	static const char gone[] =
		"dcb pfc set dev swp1 prio-pfc all:off\ntc qdisc del dev swp1 parent 1:5\n"
		"dcb app del dev swp1 dscp-prio 26:3 48:6\ndcb app flush dev swp1 default-prio\n"
		"dcb buffer set dev swp1 prio-buffer all:0 buffer-size all:0\ntc qdisc del dev swp1 root\n";
	static const char paused[] = "ethtool -A swp1 rx on tx on\n";

	(void)state;
	change_case("", SET_LINES("swp1"), SET_LINES("swp1"), gone);
	change_case(SET_LINES("swp1"), "", gone, SET_LINES("swp1"));
	change_case(SET_LINES("swp1") SET_LINES("swp2"), SET_LINES("swp1") SET_LINES("swp2"), "",
		    "");
	change_case(SET_LINES("swp2"), SET_LINES("swp2") SET_LINES("swp1"), SET_LINES("swp1"),
		    gone);
	/* The link must not be paused as a whole before it is paused by priority. */
	change_case(
		paused, SET_LINES("swp1"), "ethtool -A swp1 rx off tx off\n" SET_LINES("swp1"),
		"dcb pfc set dev swp1 prio-pfc all:off\ntc qdisc del dev swp1 parent 1:5\n"
		"dcb app del dev swp1 dscp-prio 26:3 48:6\ndcb app flush dev swp1 default-prio\n"
		"dcb buffer set dev swp1 prio-buffer all:0 buffer-size all:0\ntc qdisc del dev swp1 root\n"
		"ethtool -A swp1 rx on tx on\n");
	change_case(
		"dcb pfc set dev swp1 prio-pfc all:off 3:on 4:on\ndcb app add dev swp1 dscp-prio 26:4 48:6\n",
		"dcb pfc set dev swp1 prio-pfc all:off 3:on\ndcb app add dev swp1 dscp-prio 26:3 48:6\n",
		"dcb pfc set dev swp1 prio-pfc all:off 3:on\n"
		"dcb app del dev swp1 dscp-prio 26:4\ndcb app add dev swp1 dscp-prio 26:3\n",
		"dcb app del dev swp1 dscp-prio 26:3\ndcb app add dev swp1 dscp-prio 26:4\n"
		"dcb pfc set dev swp1 prio-pfc all:off 3:on 4:on\n");
}

/* Disciplines of others are told, stay where nothing changes, and stop what would change theirs. */
static void others_disciplines_stay(void **state)
{
	static const char disciplines[] =
		"[{\"kind\":\"htb\",\"handle\":\"8001:\",\"dev\":\"swp1\",\"root\":true,\"options\":{}},"
		"{\"kind\":\"htb\",\"handle\":\"8001:\",\"dev\":\"eth0\",\"root\":true,\"options\":{}}]";
	static const char remark[] = "# swp1: tc root htb\n";
	json_auto_t *opaque = json_array(), *now = json_pack("{s:s}", "qos", remark);
	json_auto_t *to = json_pack("{s:s}", "qos", SET_LINES("swp1")), *model = NULL;
	struct ms_err err = MS_ERR_INIT;
	struct frr_qos_files files;
	char *text;

	(void)state;
	json_decref(qos_of("@swp1\n" FRESH_PORT, disciplines, &text));
	assert_string_equal(text, remark);
	free(text);
	model = driver_parse(&dialect, now, opaque);
	assert_string_equal(json_string_value(json_array_get(opaque, 0)),
			    "swp1: tc root htb");
	assert_null(ms_at(model, "/ports/1"));
	assert_int_equal(frr_qos_change(&dialect, now, to, &files, &err), -EBUSY);
	assert_string_equal(err.message,
			    "port swp1 has a queueing discipline of somebody else: root htb");
	frr_qos_files_release(&files);
	change_case(remark, "", "", "");
}

static void strict_classes_are_the_highest(void **state)
{
	json_auto_t *model = json_pack(
		"{s:{s:{s:s}}, s:{s:{s:{s:[i], s:i, s:b}, s:{s:[i], s:i, s:b, s:i}}, s:{s:{s:{s:{}}}}}}",
		"ports", "1", "qos", "p", "qos", "classes", "3", "dscp", 26, "trafficClass", 3,
		"strict", 1, "6", "dscp", 0, "trafficClass", 6, "strict", 0, "bandwidth", 100,
		"profiles", "p", "pfc", "3");
	struct ms_err err = MS_ERR_INIT;
	json_t *native = NULL;

	(void)state;
	assert_int_equal(frr_render(&dialect, model, &native, &err), -EOPNOTSUPP);
	assert_non_null(strstr(err.message, "traffic class 6 is above one that is strict"));
}

/* Frames by DCB, time and drops by mlxsw's names, marks by `red`: but not twice where the chip
 * counts those of a port. */
static void ports_count(void **state)
{
	static const char said[] =
		"@swp1\n{\"pfc_cap\":8,\"prio_pfc\":[false,false,false,true,false,false,false,false],"
		"\"requests\":[0,0,0,7,0,0,0,0],\"indications\":[0,0,0,9,0,0,0,0]}\n"
		"NIC statistics:\n     rx_pause_duration_prio_3: 120\n     tc_no_buffer_discard_uc_tc_2: 4\n"
		"     tc_no_buffer_discard_uc_tc_5: 8\n     tc_no_buffer_discard_uc_tc_10: 99\n     if_in_discards: 2\n"
		"     ecn_marked: 11\n@swp2\n     tx_pause_duration_prio_3: 5\n@bond0\n     ecn_marked: 11\n";
	static const char disciplines[] =
		"[{\"kind\":\"red\",\"dev\":\"swp1\",\"parent\":\"1:6\",\"marked\":3},"
		"{\"kind\":\"red\",\"dev\":\"swp2\",\"parent\":\"1:6\",\"marked\":6},"
		"{\"kind\":\"red\",\"dev\":\"swp2\",\"parent\":\"2:6\",\"marked\":60}]";
	json_auto_t *status = json_pack(
		"{s:{s:{s:{s:s}, s:{s:s}}, s:{s:{s:{s:i, s:i}}, s:{s:{s:{s:{}}}}}}}", "config",
		"ports", "1", "qos", "p", "2", "qos", "p", "qos", "classes", "3", "trafficClass", 2,
		"queue", 2, "profiles", "p", "ecn", "3");
	json_auto_t *want = json_pack("{s:{s:i,s:i,s:i,s:i,s:i,s:i}, s:{s:i,s:i}}", "1",
				      "rx_prio3_pause", 9, "tx_prio3_pause", 7,
				      "rx_prio3_pause_duration", 120, "tx_prio3_discards", 4,
				      "rx_discards_phy", 2, "tx_prio3_marked", 11, "2",
				      "tx_prio3_pause_duration", 5, "tx_prio3_marked", 6);
	struct ms_err err = MS_ERR_INIT;
	json_t *counters, *port, *count;
	const char *name, *key;
	void *next;

	(void)state;
	assert_int_equal(frr_parse_counters(&dialect, said, disciplines, status, &err), 0);
	counters = json_object_get(status, "counters");
	json_object_foreach(counters, name, port)
		json_object_foreach_safe(port, next, key, count)
			if (!json_integer_value(count))
				json_object_del(port, key);
	model_expect_equal("counters", want, counters);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rendering_and_parsing_is_the_identity),
		cmocka_unit_test(normal_twice_is_normal_once),
		cmocka_unit_test(merging_brings_the_target_about),
		cmocka_unit_test(merging_routing),
		cmocka_unit_test(merging_interfaces), cmocka_unit_test(merging_macs),
		cmocka_unit_test(read_of_a_device),
		cmocka_unit_test(text_that_would_run_is_refused),
		cmocka_unit_test(ports_are_read_as_they_would_be_set),
		cmocka_unit_test(a_port_with_other_classes_is_told_apart),
		cmocka_unit_test(only_what_differs_is_run),
		cmocka_unit_test(others_disciplines_stay),
		cmocka_unit_test(strict_classes_are_the_highest),
		cmocka_unit_test(ports_count),
		cmocka_unit_test(frr_itself_takes_what_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
