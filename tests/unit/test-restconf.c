/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What OS10 says by RESTCONF, as it should be and as it should not be; and who is asked there. */
#include "core-fixture.h"
#include "fabric/os10/rest.h"

static const struct fabric_dialect dialect = {
	.driver = &fabric_os10,
	.prefix = "ethernet1/1/",
	.part = ":",
	.first = 1,
	.step = 1,
	.first_part = 1,
};

static json_t *load(const char *text)
{
	json_error_t error;
	json_t *value = json_loads(text, JSON_DECODE_ANY, &error);

	if (!value)
		fail_msg("%s: %s", text, error.text);
	return value;
}

static void expect_json(const char *what, json_t *got, const char *wanted)
{
	json_auto_t *value = load(wanted);
	MS_AUTO_FREE char *text = ms_json_text(got, MS_JSON_COMPACT);

	if (!json_equal(got, value))
		fail_msg("%s: %s, not %s", what, text, wanted);
}

#define ROW(members) "{\"ietf-interfaces:interface\":[{\"name\":\"ethernet1/1/1\",\"oper-status\":\"up\"" members "}]}"
#define INFO(members) ROW(",\"dell-lldp:lldp-rem-neighbor-info\":{\"info\":[{" members "}]}")
#define ID(text, subtype) INFO("\"rem-lldp-port-id\":\"" text "\",\"rem-lldp-port-subtype\":\"" subtype "\"")
#define PORT(members) "{\"1\":{\"link\":\"up\"" members "}}"
#define IS(text) PORT(",\"lldp\":{\"portId\":\"" text "\"}")

static void ports_are_read(void **state)
{
	static const struct { const char *what, *body, *ports; } cases[] = {
		{ "a port", ROW(",\"speed\":\"100000000000\""), PORT(",\"speed\":\"100G\"") },
		{ "a speed that is a number", ROW(",\"speed\":25000000000"), PORT(",\"speed\":\"25G\"") },
		{ "none", ROW(",\"speed\":\"0\""), PORT("") },
		{ "a speed that is none", ROW(",\"speed\":\"100G\""), PORT("") },
		{ "an empty one", ROW(",\"speed\":\"\""), PORT("") },
		{ "a negative one", ROW(",\"speed\":\"-1000000000\""), PORT("") },
		{ "one beyond 64 bits", ROW(",\"speed\":\"99999999999999999999999\""), PORT("") },
		{ "a speed that is a list", ROW(",\"speed\":[1]"), PORT("") },
		{ "a breakout, which is down",
		  "{\"ietf-interfaces:interface\":[{\"name\":\"ethernet1/1/3:2\",\"oper-status\":\"lower-layer-down\","
		  "\"speed\":\"25000000000\"}]}",
		  "{\"3/2\":{\"link\":\"down\"}}" },
		{ "others than ports",
		  "{\"ietf-interfaces:interface\":[{\"name\":\"vlan1\"},{\"name\":7},{},[],null,\"x\",{\"name\":\"ethernet1/1/x\"}]}",
		  "{}" },
		{ "no list", "{\"ietf-interfaces:interface\":{\"name\":\"ethernet1/1/1\"}}", "{}" },
		{ "something else", "[1,2]", "{}" },
		{ "a text", ID("ZXRoZXJuZXQxLzEvNw==", "interface-name"), IS("ethernet1/1/7") },
		{ "a MAC address", ID("AgAAAAAB", "mac-address"), IS("02:00:00:00:00:01") },
		{ "a MAC address that is not said to be one", ID("MDI6MDA6MDA6MDA6MDA6MDE=", "local"), IS("02:00:00:00:00:01") },
		{ "a MAC address of five octets", ID("AgAAAAA=", "mac-address"), IS("AgAAAAA=") },
		{ "octets that are no text", ID("AP+A", "interface-name"), IS("AP+A") },
		{ "a name that looks like base64", ID("swp1", "interface-name"), IS("swp1") },
		{ "a name that does not", ID("ethernet1/1/1:1", "interface-name"), IS("ethernet1/1/1:1") },
		{ "a MAC address in the clear", ID("02-00-00-00-00-0A", "mac-address"), IS("02:00:00:00:00:0a") },
		{ "padding in the middle", ID("AA==AAAA", "local"), IS("AA==AAAA") },
		{ "padding only", ID("====", "local"), IS("====") },
		{ "an end within an octet", ID("AAA", "local"), IS("AAA") },
		{ "an empty id", ID("", "local"), PORT("") },
		{ "an id that is no text", INFO("\"rem-lldp-port-id\":{\"a\":1}"), PORT("") },
		{ "no neighbour", ROW(",\"dell-lldp:lldp-rem-neighbor-info\":{}"), PORT("") },
		{ "neighbours of another type", ROW(",\"dell-lldp:lldp-rem-neighbor-info\":[{\"info\":1}]"), PORT("") },
		{ "names", INFO("\"rem-system-name\":\"spine01\",\"rem-port-desc\":\"up\",\"rem-if-index\":17"),
		  PORT(",\"lldp\":{\"portDescription\":\"up\",\"systemName\":\"spine01\"}") },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		json_auto_t *body = load(cases[i].body), *ports = json_object();

		os10_rest_read_ports(&dialect, body, ports);
		expect_json(cases[i].what, ports, cases[i].ports);
	}
}

/* No id is longer than LLDP has octets for; one that is, is cut. */
static void a_long_id(void **state)
{
	static const char *const units[] = { "YYYY" /* no text */, "QUFB" /* AAA */ };
	char text[4097] = "";

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(units); i++) {
		json_auto_t *body = NULL, *ports = json_object();

		for (size_t at = 0; at + 4 < sizeof(text); at += 4)
			memcpy(text + at, units[i], 4);
		body = json_pack("{s:[{s:s, s:s, s:{s:[{s:s, s:s}]}}]}", "ietf-interfaces:interface", "name", "ethernet1/1/1", "oper-status",
				 "up", "dell-lldp:lldp-rem-neighbor-info", "info", "rem-lldp-port-id", text, "rem-system-name", text);
		os10_rest_read_ports(&dialect, body, ports);
		assert_int_equal(strlen(ms_str(ports, "/1/lldp/portId", "")), 256);
		assert_int_equal(strlen(ms_str(ports, "/1/lldp/systemName", "")), 256);
	}
}

static void the_switch_is_read(void **state)
{
	json_auto_t *facts = json_object(), *nothing = json_object();
	json_auto_t *version = load("{\"dell-system-software:sw-version\":{\"sw-version\":\"10.5.1.4\",\"sw-platform\":\"S4048T-ON\"}}");
	json_auto_t *node = load("{\"dell-equipment:node\":{\"node-mac\":\"14:18:77:09:AE:00\",\"mfg-info\":{\"service-tag\":\"9GF1X42\"}}}");
	json_auto_t *junk = load("{\"dell-system-software:sw-version\":[1],\"dell-equipment:node\":\"x\"}");

	(void)state;
	os10_rest_read_version(version, facts);
	os10_rest_read_equipment(node, facts);
	expect_json("facts", facts,
		    "{\"version\":\"10.5.1.4\",\"model\":\"S4048T-ON\",\"serialNumber\":\"9GF1X42\",\"macAddress\":\"14:18:77:09:ae:00\"}");
	os10_rest_read_version(junk, nothing);
	os10_rest_read_equipment(junk, nothing);
	os10_rest_read_version(NULL, nothing);
	expect_json("junk", nothing, "{}");
}

static void replies_are_judged(void **state)
{
	static const struct { long status; const char *text; enum ms_code code; const char *words; } cases[] = {
		{ 200, "{}", MS_OK, "" },
		{ 200, "<html>", MS_INVALID, "" },
		{ 200, "", MS_INVALID, "" },
		{ 401, "{\"ietf-restconf:errors\":{\"error\":[{\"error-tag\":\"access-denied\",\"error-message\":\"Unauthorized\"}]}}", MS_AUTH,
		  "HTTP 401: Unauthorized" },
		{ 403, "no", MS_AUTH, "HTTP 403" },
		{ 404, "<html>nginx</html>", MS_NOTFOUND, "HTTP 404" },
		{ 500, "{\"ietf-restconf:errors\":{\"error\":[{\"error-tag\":\"operation-failed\"}]}}", MS_FAILED, "HTTP 500: operation-failed" },
		{ 500, "{\"ietf-restconf:errors\":{\"error\":{\"error-message\":7}}}", MS_FAILED, "HTTP 500" },
		{ 204, "", MS_FAILED, "HTTP 204" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		struct ms_err err = MS_ERR_INIT;
		json_auto_t *body = NULL;
		int r = os10_rest_reply("/x", cases[i].status, cases[i].text, strlen(cases[i].text), &body, &err);

		if (err.code != cases[i].code || !r != (cases[i].code == MS_OK) || !strstr(err.message, cases[i].words))
			fail_msg("%ld %s: %d, %s", cases[i].status, cases[i].text, (int)err.code, err.message);
		assert_int_equal(!body, cases[i].code != MS_OK);
	}
}

/* What the second way does not say is that of the first, but for what is ssh's only. */
static void a_second_way(void **state)
{
	static const struct { const char *management, *seen; } cases[] = {
		{ "{\"address\":\"a\",\"port\":22,\"protocol\":\"ssh\",\"credentials\":{\"username\":\"u\"},\"restconf\":{}}",
		  "{\"address\":\"a\",\"credentials\":{\"username\":\"u\"},\"restconf\":{}}" },
		{ "{\"address\":\"a\",\"tls\":{\"trust\":\"ca\"},"
		  "\"restconf\":{\"port\":8443,\"tls\":{\"trust\":\"pin\"},\"credentials\":{\"username\":\"v\"}}}",
		  "{\"address\":\"a\",\"port\":8443,\"tls\":{\"trust\":\"pin\"},\"credentials\":{\"username\":\"v\"},"
		  "\"restconf\":{\"port\":8443,\"tls\":{\"trust\":\"pin\"},\"credentials\":{\"username\":\"v\"}}}" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		json_auto_t *sw = json_pack("{s:{s:s}, s:{s:s, s:o}}", "metadata", "name", "x", "spec", "platform", "os10", "management",
					    load(cases[i].management));
		struct ms_err err = MS_ERR_INIT;
		json_auto_t *door = NULL;

		assert_int_equal(fabric_door(sw, "restconf", &door, &err), 0);
		expect_json("door", json_object_get(json_object_get(door, "spec"), "management"), cases[i].seen);
		expect_json("as it was", json_object_get(json_object_get(sw, "spec"), "management"), cases[i].management);
		assert_int_equal(fabric_door(sw, "netconf", &door, &err), -ENOENT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_are_read),     cmocka_unit_test(a_long_id),    cmocka_unit_test(the_switch_is_read),
		cmocka_unit_test(replies_are_judged), cmocka_unit_test(a_second_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
