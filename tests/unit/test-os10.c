/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dell OS10: a model rendered and read again is the same model, and what is sent makes one of
 * another. */
#include "core-fixture.h"
#include "fabric/os10/os10.h"
#include "models.h"

#define SEEDS 500

static const struct fabric_dialect dialect = {
	.driver = &fabric_os10,
	.prefix = "ethernet1/1/",
	.part = ":",
	.first = 1,
	.step = 1,
	.first_part = 1,
};

/* What an intent for OS10 says more than a random model: VLT domains end at 255, and numbered sessions
 * name their AS. */
static json_t *model_of(unsigned seed)
{
	struct ms_err err = MS_ERR_INIT;
	json_t *model = model_random(seed, &fabric_os10.caps), *row;
	int64_t domain = ms_int(model, "/mlag/domain", 0);
	const char *key;

	if (domain)
		json_object_set_new(json_object_get(model, "mlag"), "domain",
				    json_integer(domain % 255 + 1));
	json_object_foreach (ms_at(model, "/bgp/neighbors"), key, row)
		if (!json_object_get(row, "port") && !json_object_get(row, "asn"))
			json_object_set_new(row, "asn", json_integer(65099));
	if (fabric_os10.normal(&dialect, model, &err))
		fail_msg("%s", err.message);
	return model;
}

static json_t *render(const json_t *model)
{
	struct ms_err err = MS_ERR_INIT;
	json_t *native = NULL;

	if (fabric_os10.render(&dialect, model, &native, &err))
		fail_msg("%s", err.message);
	return native;
}

static json_t *parse(const char *text, json_t *opaque)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *native = json_string(text);
	json_t *model = NULL;

	if (fabric_os10.parse(&dialect, native, &model, opaque, &err))
		fail_msg("%s", err.message);
	return model;
}

static void reads_what_it_renders(void **state)
{
	char what[64];

	(void)state;
	for (unsigned seed = 1; seed <= SEEDS; seed++) {
		json_auto_t *model = model_of(seed), *native = render(model),
			    *opaque = json_array();
		json_auto_t *again = parse(json_string_value(native), opaque);

		snprintf(what, sizeof(what), "seed %u", seed);
		if (!json_equal(model, again) || json_array_size(opaque))
			print_error("%s\n%s\n", json_string_value(native), json_dumps(opaque, 0));
		model_expect_equal(what, model, again);
		assert_int_equal(json_array_size(opaque), 0);
	}
}

/* ---- a command line that knows nothing of the driver: {LINE: {LINE: ...}} ---- */

static bool begins(const char *line, const char *words)
{
	size_t len = strlen(words);

	return !strncmp(line, words, len) && (!line[len] || line[len] == ' ');
}

static unsigned drop(json_t *block, const char *words)
{
	const char *line;
	json_t *value;
	void *next;
	unsigned n = 0;

	json_object_foreach_safe (block, next, line, value)
		if (begins(line, words)) {
			json_object_del(block, line);
			n++;
		}
	return n;
}

static bool has(json_t *block, const char *words)
{
	const char *line;
	json_t *value;

	json_object_foreach (block, line, value)
		if (begins(line, words))
			return true;
	return false;
}

/* What has one value only. */
static const char *const single[] = {
	"hostname",
	"description",
	"mtu",
	"speed",
	"switchport access vlan",
	"switchport mode",
	"channel-group",
	"router-id",
	"remote-as",
	"update-source",
	"ebgp-multihop",
	"allowas-in",
	"primary-priority",
	"vlt-mac",
	"router-mac",
	"source-interface",
	"backup destination",
	"maximum-paths ebgp",
	"ip virtual-router mac-address",
	"vni",
	"rd",
	"vxlan-vni",
	"vlt-port-channel",
	"ip vrf forwarding",
	"shutdown",
	"no shutdown",
	"activate",
	"no activate",
	"no switchport",
	"no switchport access vlan",
};
/* "no" of these is a setting, not a removal. */
static const char *const settings[] = { "no shutdown", "no activate", "no switchport",
					"no switchport access vlan",
					"no sender-side-loop-detection",
					"no lldp tlv-select dcbxp" };

static bool is_setting(const char *line)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(settings); i++)
		if (!strcmp(line, settings[i]))
			return true;
	return false;
}

static void expect_no_addresses(const char *what, const char *header, json_t *block,
				const char *line)
{
	if (has(block, "ip address") || has(block, "ipv6 address") ||
	    has(block, "ip virtual-router address"))
		fail_msg("%s: %s: \"%s\" while there are addresses", what, header, line);
}

/* Lines that the new one takes the place of. */
static void replace(const char *what, const char *header, json_t *block, const char *line)
{
	if (begins(line, "ip vrf forwarding") || begins(line, "no ip vrf forwarding") ||
	    (begins(line, "switchport mode") && has(block, "no switchport")))
		expect_no_addresses(what, header, block, line);
	if (begins(line, "switchport mode"))
		drop(block, "no switchport");
	if (!strcmp(line, "switchport mode access"))
		drop(block, "switchport trunk allowed vlan");
	if (!strcmp(line, "no switchport"))
		drop(block, "switchport");
	if (begins(line, "switchport access vlan") || !strcmp(line, "no switchport access vlan")) {
		drop(block, "switchport access vlan");
		drop(block, "no switchport access vlan");
	}
	drop(block, !strcmp(line, "shutdown")	   ? "no shutdown"
		    : !strcmp(line, "no shutdown") ? "shutdown"
		    : !strcmp(line, "activate")	   ? "no activate"
		    : !strcmp(line, "no activate") ? "activate"
		    : !strcmp(line, "lldp tlv-select dcbxp")	? "no lldp tlv-select dcbxp"
		    : !strcmp(line, "no lldp tlv-select dcbxp") ? "lldp tlv-select dcbxp"
						   : "\n");
	for (size_t i = 0; i < MS_ARRAY_SIZE(single); i++)
		if (begins(line, single[i]) && !json_object_get(block, line))
			drop(block, single[i]);
}

/* A port that is broken out in another way begins anew, and so do its parts: "[no ]interface
 * breakout 1/1/7...". */
static void forget_port(json_t *config, const char *line)
{
	const char *place = strstr(line, "breakout ") + strlen("breakout ");
	size_t len = strcspn(place, " ");
	char port[80];
	const char *header;
	json_t *value;
	void *next;

	snprintf(port, sizeof(port), "interface breakout %.*s", (int)len, place);
	drop(config, port);
	snprintf(port, sizeof(port), "interface ethernet%.*s", (int)len, place);
	json_object_foreach_safe (config, next, header, value)
		if (!strncmp(header, port, strlen(port)) &&
		    (!header[strlen(port)] || header[strlen(port)] == ':'))
			json_object_del(config, header);
}

static void take(const char *what, const char *header, json_t *block, const char *line)
{
	if (json_object_get(block, line))
		return;
	if (begins(line, "interface breakout") || begins(line, "no interface breakout"))
		forget_port(block, line);
	if (begins(line, "no interface breakout")) {
		assert_null(strstr(line, " map "));
	} else if (begins(line, "no") && !is_setting(line)) {
		if (begins(line, "no ip vrf forwarding"))
			expect_no_addresses(what, header, block, line);
		if (!drop(block, line + 3) && strcmp(line, "no ip address"))
			fail_msg("%s: %s: \"%s\": there is none", what, header, line);
	} else {
		replace(what, header, block, line);
		json_object_set_new(block, line, json_object());
	}
}

static void enter(const char *what, json_t *config, const char *text)
{
	json_t *blocks[8] = { config };
	char headers[8][128] = { "" };

	while (*text) {
		size_t depth = strspn(text, " "), len = strcspn(text, "\n");
		char line[512];

		assert_true(depth < 7);
		snprintf(line, sizeof(line), "%.*s", (int)(len - depth), text + depth);
		text += len + (text[len] == '\n');
		if (!strcmp(line, "exit") || !strcmp(line, "!"))
			continue;
		assert_non_null(blocks[depth]);
		take(what, headers[depth], blocks[depth], line);
		blocks[depth + 1] = json_object_get(blocks[depth], line);
		snprintf(headers[depth + 1], sizeof(headers[0]), "%.120s", line);
	}
}

static void show(struct ms_buf *buf, json_t *block, unsigned depth)
{
	const char *line;
	json_t *value;

	json_object_foreach (block, line, value) {
		ms_buf_printf(buf, "%*s%s\n", (int)depth, "", line);
		show(buf, value, depth + 1);
	}
}

static json_t *read_back(json_t *config)
{
	MS_AUTO_BUF struct ms_buf buf = { 0 };

	show(&buf, config, 0);
	return parse(buf.data ? buf.data : "", NULL);
}

static void changes(unsigned seed)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *old = model_of(seed), *new = model_of(seed + 1000), *config = json_object();
	json_auto_t *from = render(old), *to = render(new), *delta = NULL, *none = NULL,
		    *before = NULL, *after = NULL;
	char what[64];

	snprintf(what, sizeof(what), "seed %u", seed);
	enter(what, config, json_string_value(from));
	before = read_back(config);
	model_expect_equal(what, old, before);
	if (fabric_os10.delta(&dialect, from, to, &delta, &err) ||
	    fabric_os10.delta(&dialect, to, to, &none, &err))
		fail_msg("%s", err.message);
	assert_string_equal(json_string_value(none), "");
	enter(what, config, json_string_value(delta));
	after = read_back(config);
	if (!json_equal(new, after))
		print_error("%s\n", json_string_value(delta));
	model_expect_equal(what, new, after);
}

static void changes_line_by_line(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= SEEDS; seed++)
		changes(seed);
}

/* ---- what a switch shows that nobody rendered ---- */

static void reads_a_switch(void **state)
{
	json_auto_t *opaque = json_array(), *model = NULL;
	MS_AUTO_FREE char *seen = NULL;

	(void)state;
	model = parse(
		"! Version 10.5.4.0\n!\nhostname leaf1\nsystem-user linuxadmin password $6$secret\n"
		"interface breakout 1/1/1 map 100g-1x\ninterface breakout 1/1/2 map 25g-4x\n!\n"
		"interface vlan1\n no shutdown\n!\ninterface mgmt1/1/1\n no shutdown\n ip address dhcp\n!\n"
		"virtual-network 5000\n !\n vxlan-vni 7\n!\ninterface vlan100\n description \"blue net\"\n no shutdown\n!\n"
		"interface ethernet1/1/1\n no shutdown\n switchport mode trunk\n switchport access vlan 1\n"
		" switchport trunk allowed vlan 100,200-201\n mtu 9216\n flowcontrol receive off\n!\n"
		"interface ethernet1/1/3\n no shutdown\n switchport access vlan 1\n flowcontrol receive off\n!\n"
		"vlt-domain 1\n backup destination 192.0.2.7 vrf management\n discovery-interface ethernet1/1/31-1/1/32\n",
		opaque);
	assert_int_equal(ms_int(model, "/ports/1/mtu", 0), 9184);
	assert_int_equal(ms_int(model, "/ports/1/l2/native", 0), 1);
	assert_int_equal(json_array_size(ms_at(model, "/ports/1/l2/tagged")), 3);
	assert_string_equal(ms_str(model, "/ports/2/breakout", ""), "4x25G");
	assert_null(ms_at(model, "/ports/3"));
	assert_string_equal(ms_str(model, "/vlans/100/name", ""), "blue net");
	assert_null(ms_at(model, "/vlans/1"));
	assert_string_equal(ms_str(model, "/mlag/backup", ""), "192.0.2.7");
	assert_string_equal(ms_str(model, "/mlag/link", ""), "1000");
	assert_int_equal(json_array_size(ms_at(model, "/channels/1000/members")), 2);
	seen = json_dumps(opaque, JSON_COMPACT);
	assert_non_null(strstr(seen, "virtual-network 5000"));
	assert_non_null(strstr(seen, "mgmt1/1/1"));
	assert_null(strstr(seen, "secret"));
}

static void refuses(void **state)
{
	static const struct {
		const char *model, *word;
	} rows[] = {
		{ "{\"mlag\":{\"domain\":256}}", "VLT" },
		{ "{\"vpls\":{\"x\":{}}}", "pseudowires" },
		{ "{\"channels\":{\"1\":{\"members\":[],\"esi\":\"00\"}}}", "Ethernet segments" },
		{ "{\"vlans\":{\"2\":{\"name\":\"a\\\"b\"}}}", "quotation" },
		{ "{\"evpn\":{\"vnis\":{\"70000\":{}}}}", "too large" },
		{ "{\"bgp\":{\"asn\":1,\"neighbors\":{\"192.0.2.1\":{\"address\":\"192.0.2.1\"}}}}",
		  "AS number" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct ms_err err = MS_ERR_INIT;
		json_auto_t *model = json_loads(rows[i].model, 0, NULL), *native = NULL;

		assert_non_null(model);
		assert_true(fabric_os10.render(&dialect, model, &native, &err) < 0);
		assert_int_equal(err.code, MS_UNSUPPORTED);
		assert_non_null(strstr(err.message, rows[i].word));
	}
}

/* ---- what show commands print ---- */

static void strips_noise(void **state)
{
	static const struct {
		const char *said, *left;
	} rows[] = {
		{ "New user admin logged in at session 10\r\nhostname leaf1\r\n!\r\n"
		  "User admin logged out at session 10\r\n",
		  "hostname leaf1\n!\n" },
		{ "hostname leaf1\n!\n", "hostname leaf1\n!\n" },
		{ "", "" },
		{ " description a#b", " description a#b" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		MS_AUTO_FREE char *text = strdup(rows[i].said);

		os10_strip(text);
		assert_string_equal(text, rows[i].left);
	}
}

static void unwraps_a_shell(void **state)
{
	static const struct {
		const char *said, *left;
		int status;
	} rows[] = {
		{ "leaf1# \n@os10 begin\nline\n\n@os10 end 0\nleaf1# ", "line\n", 0 },
		{ "\n@os10 begin\n\n@os10 end 3\n", "", 3 },
		{ "\n@os10 begin\n@os10 end 1\n", "", 1 },
		{ "\n@os10 begin\na\n@os10 end 1\nb\n@os10 end 2\n", "a\n@os10 end 1\nb", 2 },
		{ "% Error: system command is disabled\n", NULL, 0 },
		{ "\n@os10 begin\nit goes on", NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		MS_AUTO_FREE char *text = strdup(rows[i].said);
		int status = 0;

		assert_int_equal(os10_unwrap(text, &status), rows[i].left != NULL);
		if (!rows[i].left)
			continue;
		assert_string_equal(text, rows[i].left);
		assert_int_equal(status, rows[i].status);
	}
}

static void reads_tables(void **state)
{
	json_auto_t *facts = json_object(), *ports = json_object(), *bgp = json_object();

	(void)state;
	os10_read_version(
		"Dell SmartFabric OS10 Enterprise\nOS Version: 10.5.4.0\nSystem Type: S5248F-ON\n",
		facts);
	assert_string_equal(ms_str(facts, "/version", ""), "10.5.4.0");
	assert_string_equal(ms_str(facts, "/model", ""), "S5248F-ON");
	os10_read_ports(
		&dialect,
		"Port  Description  Status Speed\nEth 1/1/1   going up  up  100G full A 1 -\n"
		"Eth 1/1/2:3   down 0 auto -\nVl 100 up 10G\n",
		ports);
	assert_int_equal(json_object_size(ports), 2);
	assert_string_equal(ms_str(json_object_get(ports, "1"), "/speed", ""), "100G");
	assert_string_equal(ms_str(json_object_get(ports, "2/3"), "/link", ""), "down");
	os10_read_lldp(
		&dialect,
		"Remote Chassis ID Subtype: Mac address (4)\nRemote Chassis ID: 90:B1:1c:f4:a5:23\n"
		"Remote Port ID: ethernet1/1/9\nLocal Port ID: ethernet1/1/1\nRemote System Name: spine1\n"
		"Remote Chassis ID Subtype: Mac address (4)\nRemote Chassis ID: 90:b1:1c:f4:a5:24\n"
		"Local Port ID: mgmt1/1/1\n",
		ports);
	assert_string_equal(ms_str(json_object_get(ports, "1"), "/lldp/chassisId", ""),
			    "90:b1:1c:f4:a5:23");
	assert_string_equal(ms_str(json_object_get(ports, "1"), "/lldp/systemName", ""), "spine1");
	os10_read_sessions(
		&dialect,
		"BGP router identifier 80.1.1.1 local AS number 102\nNeighbor AS MsgRcvd MsgSent Up/Down "
		"State/Pfx\n80.1.1.2 800 8 4 00:01:10 5\nethernet1/1/3 4200000001 0 0 00:00:00 Idle\n",
		"ipv4", bgp);
	assert_int_equal(json_object_size(bgp), 2);
	assert_int_equal(ms_int(json_object_get(bgp, "80.1.1.2"), "/upSeconds", 0), 70);
	assert_int_equal(ms_int(json_object_get(bgp, "80.1.1.2"), "/families/ipv4/received", 0), 5);
	assert_string_equal(ms_str(json_object_get(bgp, "port:3"), "/state", ""), "Idle");
}

static void finds_the_way_back(void **state)
{
	static const char running[] = "hostname leaf1\ninterface vlan100\n description blue\n no shutdown\n"
				      " ip access-group WEB in\n!\ninterface vlan200\n no shutdown\n ip helper-address 192.0.2.1\n"
				      "router bgp 65001\n neighbor 192.0.2.1\n  remote-as 65002\n  password 9 abcd\n  no shutdown\n"
				      "ntp server 192.0.2.9\n";
	static const char delta[] = "router bgp 65001\n no neighbor 192.0.2.1\n exit\nno interface vlan100\n";
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *target = json_string("hostname leaf1\ninterface vlan200\n no shutdown\nrouter bgp 65001\n"
					  " bestpath as-path multipath-relax\n maximum-paths ebgp 64\n");
	MS_AUTO_FREE char *back = NULL;

	(void)state;
	if (os10_way_back(&dialect, running, delta, target, &back, &err))
		fail_msg("%s", err.message);
	assert_non_null(strstr(back, "interface vlan100\n description blue\n"));
	assert_non_null(strstr(back, "interface vlan100\n ip access-group WEB in\n exit\n"));
	assert_non_null(strstr(back, "router bgp 65001\n neighbor 192.0.2.1\n  password 9 abcd\n  exit\n exit\n"));
	assert_null(strstr(back, "helper"));
	assert_null(strstr(back, "ntp"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_it_renders), cmocka_unit_test(changes_line_by_line),
		cmocka_unit_test(reads_a_switch),	 cmocka_unit_test(refuses),
		cmocka_unit_test(strips_noise), cmocka_unit_test(unwraps_a_shell),	 cmocka_unit_test(reads_tables),
		cmocka_unit_test(finds_the_way_back)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
