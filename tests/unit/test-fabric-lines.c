/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuration as lines and blocks, and what turns one into another. */
#include "core-fixture.h"
#include "fabric/driver.h"

static struct fabric_lines *parse(const char *text)
{
	struct ms_err err = MS_ERR_INIT;
	struct fabric_lines *lines = NULL;

	if (fabric_lines_parse(text, &lines, &err))
		fail_msg("%s", err.message);
	return lines;
}

static void dump(const struct fabric_lines *block, struct ms_buf *into)
{
	for (size_t i = 0; i < fabric_lines_count(block); i++) {
		const struct fabric_lines *line = fabric_lines_at(block, i);

		ms_buf_printf(into, "%s%s", i ? "," : "", fabric_lines_text(line));
		if (fabric_lines_count(line)) {
			ms_buf_puts(into, "{");
			dump(line, into);
			ms_buf_puts(into, "}");
		}
	}
}

static void reads(void **state)
{
	static const struct { const char *text, *tree; } rows[] = {
		{ "", "" }, { "\n\n!\n", "" }, { "a", "a" }, { "a\r\nb \t\n", "a,b" },
		{ "interface Ethernet1\n   mtu 9214\n   no shutdown\n!\nend\n", "interface Ethernet1{mtu 9214,no shutdown}" },
		{ "a\n  b\n    c\n  d\ne\n", "a{b{c},d},e" }, { "a\n b\nc\n b\n", "a{b},c{b}" },
		/* FRR closes what it opened; a block that comes twice is one */
		{ "router bgp 1\n x\n !\n address-family l2vpn evpn\n  y\n exit-address-family\nexit\n!\nrouter bgp 1\n z\nexit\n",
		  "router bgp 1{x,address-family l2vpn evpn{y},z}" },
		{ "a\nb\na\n", "a,b" }, { "\tx\n", "x" }, { "  a\n b\n", "a,b" },
		{ "banner login\nhello\n interface x\nEOF\na\n", "banner login,a" },
		{ "banner login\nGEOFENCE\nEOF not alone\ninterface x\nEOF\r\na\n", "banner login,a" },
		{ "banner motd #\nhi\n#\na\n", "banner motd #,a" }, { "banner motd #hi#\na\n", "banner motd #hi#,a" },
		{ "banner motd ^C\n^ C\n^C\na\n", "banner motd ^C,a" }, { "banner motd default\na\n", "banner motd default,a" },
		{ "banner \nbanner\n", "banner" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct fabric_lines *lines = parse(rows[i].text);
		MS_AUTO_BUF struct ms_buf got = { 0 };

		ms_buf_puts(&got, "");
		dump(lines, &got);
		expect_text(rows[i].text, rows[i].tree, got.data ? got.data : "");
		fabric_lines_free(lines);
	}
}

static void finds(void **state)
{
	struct fabric_lines *lines = parse("interface Ethernet10\nrouter bgp 65001\n router-id 1.1.1.1\nrouter\n");

	(void)state;
	assert_null(fabric_lines_find(lines, "interface Ethernet1"));
	assert_string_equal(fabric_lines_text(fabric_lines_find(lines, "router bgp")), "router bgp 65001");
	assert_string_equal(fabric_lines_text(fabric_lines_find(lines, "router")), "router");
	assert_null(fabric_lines_find(NULL, "router"));
	assert_null(fabric_lines_at(lines, 3));
	assert_string_equal(fabric_lines_text(NULL), "");
	fabric_lines_free(lines);
}

static void refuses_open_banner(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	struct fabric_lines *lines = NULL;

	(void)state;
	assert_int_equal(fabric_lines_parse("banner motd #\ninterface x\n", &lines, &err), -EBADMSG);
	assert_string_equal(err.message, "the text of a banner has no end: no #");
	assert_null(lines);
}

static void refuses_depth(void **state)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };
	struct ms_err err = MS_ERR_INIT;
	struct fabric_lines *lines = NULL;

	(void)state;
	for (int i = 0; i < 100; i++)
		ms_buf_printf(&text, "%*sx%d\n", i, "", i);
	assert_int_equal(fabric_lines_parse(text.data, &lines, &err), -EBADMSG);
	assert_string_equal(err.message, "line 32: blocks are nested too deeply");
	assert_null(lines);
}

static bool eos_like(const char *block, const char *line, char *buf, size_t size)
{
	if (ms_starts(block, "interface ") && ms_starts(line, "mtu ")) {
		snprintf(buf, size, "no mtu");
		return true;
	}
	*buf = 0;
	return ms_streq(line, "implied");
}

static void delta(void **state)
{
	static const struct { const char *now, *target, *delta; } rows[] = {
		{ "", "", "" }, { "a\n b\n", "a\n b\n", "" }, { "a\nb\n", "b\na\n", "" },
		{ "", "a\n b\n  c\n d\n", "a\n b\n  c\n  exit\n d\n exit\n" },
		{ "a\n b\nz\n", "", "no z\nno a\n" },
		{ "i 1\n x\n y\n", "i 1\n x\n z\n", "i 1\n no y\n exit\ni 1\n z\n exit\n" },
		{ "r\n v\n  p\n  q\n", "r\n v\n  q\n w\n", "r\n v\n  no p\n  exit\n exit\nr\n w\n exit\n" },
		{ "i 1\n no shutdown\n", "i 1\n", "i 1\n shutdown\n exit\n" },
		{ "interface 1\n mtu 9000\n", "interface 1\n mtu 9214\n",
		  "interface 1\n no mtu\n exit\ninterface 1\n mtu 9214\n exit\n" },
		{ "implied\nb\n", "b\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct fabric_lines *now = parse(rows[i].now), *target = parse(rows[i].target);
		struct ms_err err = MS_ERR_INIT;
		MS_AUTO_FREE char *text = NULL;

		assert_int_equal(fabric_lines_delta(now, target, eos_like, &text, &err), 0);
		expect_text(rows[i].target, rows[i].delta, text);
		fabric_lines_free(now);
		fabric_lines_free(target);
	}
}

/* Ten thousand lines in one block: found by hash, so that this ends at once. */
static void many(void **state)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };
	struct fabric_lines *lines;

	(void)state;
	for (int i = 0; i < 10000; i++)
		ms_buf_printf(&text, "vlan %d\n name v%d\n", i, i);
	lines = parse(text.data);
	assert_int_equal(fabric_lines_count(lines), 10000);
	assert_string_equal(fabric_lines_text(fabric_lines_at(fabric_lines_find(lines, "vlan 9999"), 0)), "name v9999");
	fabric_lines_free(lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads), cmocka_unit_test(finds), cmocka_unit_test(refuses_depth),
		cmocka_unit_test(refuses_open_banner),
		cmocka_unit_test(delta), cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
