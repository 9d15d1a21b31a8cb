/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of ports both ways, and versions. */
#include "core-fixture.h"
#include "fabric/driver.h"

static const struct fabric_dialect nvue = { .prefix = "swp", .part = "s", .first = 1, .step = 1 };
static const struct fabric_dialect eos = { .prefix = "Ethernet", .part = "/", .first = 1, .step = 1, .first_part = 1 };
static const struct fabric_dialect nxos = { .prefix = "Ethernet1/", .part = "/", .first = 1, .step = 1, .first_part = 1 };
static const struct fabric_dialect junos = { .prefix = "et-0/0/", .part = ":", .first = 0, .step = 1 };
static const struct fabric_dialect os10 = { .prefix = "ethernet1/1/", .part = ":", .first = 1, .step = 1, .first_part = 1 };
static struct fabric_dialect sonic = { .prefix = "Ethernet", .first = 0, .step = 8 };

static void both_ways(void **state)
{
	static const struct { const struct fabric_dialect *dialect; const char *port, *native; } rows[] = {
		{ &nvue, "1", "swp1" }, { &nvue, "1/1", "swp1s0" }, { &nvue, "64/8", "swp64s7" }, { &eos, "1", "Ethernet1" },
		{ &eos, "1/4", "Ethernet1/4" }, { &nxos, "1", "Ethernet1/1" }, { &nxos, "49/2", "Ethernet1/49/2" },
		{ &junos, "1", "et-0/0/0" }, { &junos, "10/1", "et-0/0/9:0" }, { &os10, "3/4", "ethernet1/1/3:4" },
		{ &sonic, "1", "Ethernet0" }, { &sonic, "2", "Ethernet8" }, { &sonic, "3/2", "Ethernet20" },
		{ &sonic, "4/3", "Ethernet28" }, { &sonic, "9", "mgmt9" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		char native[64], port[64];

		assert_int_equal(fabric_port_native(rows[i].dialect, rows[i].port, native, sizeof native), 0);
		expect_text(rows[i].port, rows[i].native, native);
		if (!fabric_port_abstract(rows[i].dialect, native, port, sizeof port))
			fail_msg("%s is not known", native);
		expect_text(native, rows[i].port, port);
	}
}

static void refuses(void **state)
{
	static const struct { const struct fabric_dialect *dialect; const char *native; } no[] = {
		{ &nvue, "" }, { &nvue, "swp" }, { &nvue, "swp0" }, { &nvue, "swp1s" }, { &nvue, "swp1x" }, { &nvue, "swp01" },
		{ &nvue, "bond1" }, { &nvue, "swp99999999999999999999" }, { &nvue, "swp1s0s1" }, { &eos, "Ethernet1/0" },
		{ &nxos, "Ethernet2/1" }, { &sonic, "Ethernet1" }, { &sonic, "Ethernet18" }, { &sonic, "Ethernet0.100" },
	};
	static const char *const bad[] = { "", "0", "x", "1/", "1/0", "01", "1/2/3", "-1", "99999", " 1" };
	char buf[64];

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(no); i++)
		if (fabric_port_abstract(no[i].dialect, no[i].native, buf, sizeof buf))
			fail_msg("%s is taken for port %s", no[i].native, buf);
	for (size_t i = 0; i < MS_ARRAY_SIZE(bad); i++)
		assert_int_equal(fabric_port_native(&nvue, bad[i], buf, sizeof buf), -EINVAL);
	assert_int_equal(fabric_port_native(&nvue, "1", buf, 4), -ENAMETOOLONG);
	assert_false(fabric_port_abstract(&nvue, "swp100", buf, 3));
}

static void versions(void **state)
{
	static const struct { const char *a, *b; int order; } rows[] = {
		{ "5.9.1", "5.15", -1 }, { "5.15.0", "5.15", 0 }, { NULL, "99", 1 }, { "99", NULL, -1 }, { NULL, NULL, 0 },
		{ "4.30.2F", "4.27.2F", 1 }, { "SONiC.202311", "202305", 1 }, { "10.3(4a)", "10.3(4)", 0 }, { "", "0", 0 },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++)
		assert_int_equal(fabric_version_compare(rows[i].a, rows[i].b), rows[i].order);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways), cmocka_unit_test(refuses), cmocka_unit_test(versions),
	};
	int r;

	sonic.sw = json_pack("{s:{s:[{s:s,s:s},{s:s,s:s}]}}", "spec", "ports", "name", "3", "breakout", "2x200G",
			     "name", "4", "breakout", "4x100G");
	sonic.names = json_pack("{s:s}", "9", "mgmt9");
	r = cmocka_run_group_tests(tests, NULL, NULL);
	json_decref((json_t *)sonic.sw);
	json_decref((json_t *)sonic.names);
	return r;
}
