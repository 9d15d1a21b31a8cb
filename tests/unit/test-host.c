/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lib/host: files that stay inside their root, netlink answers of all kinds, and interfaces. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <cmocka.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include "host/host.h"

static char dir[64], tree[80];

static void sh(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void sh(const char *fmt, ...)
{
	char *command = NULL;
	va_list args;

	va_start(args, fmt);
	assert_true(vasprintf(&command, fmt, args) > 0);
	va_end(args);
	if (system(command))
		fail_msg("failed: %s", command);
	free(command);
}

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/msctl-host-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(tree, sizeof(tree), "%s/root", dir);
	sh("cd %s && mkdir -p root/sys/class/net root/sys/devices/pci0/0000:01:00.0/net/eth0 root/etc &&"
	   "echo outside > secret && cd root && printf '9000\\n' > sys/devices/pci0/0000:01:00.0/net/eth0/mtu &&"
	   "ln -s ../../devices/pci0/0000:01:00.0/net/eth0 sys/class/net/eth0 &&"
	   "ln -s ../../../0000:01:00.0 sys/devices/pci0/0000:01:00.0/net/eth0/device &&"
	   "ln -s /etc/name etc/link && echo inside > etc/name && ln -s ../../../../secret etc/escape &&"
	   "ln -s %s/secret etc/absolute && printf 'a\\0b' > etc/binary && mkfifo etc/pipe && : > etc/empty &&"
	   "printf '0x8086\\n' > etc/hex && printf 'two\\nlines\\n' > etc/lines && printf 'bad \\033[1m\\n' > etc/escapes",
	   dir, dir);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	sh("rm -rf %s", dir);
	return 0;
}

static struct ms_host *open_tree(void)
{
	struct ms_host_opts opts = { .root = tree };
	struct ms_host *host = NULL;
	struct ms_err err = MS_ERR_INIT;

	assert_int_equal(ms_host_open(&opts, &host, &err), 0);
	assert_false(ms_host_is_here(host));
	return host;
}

/* ---- files ---- */

static void test_read(void **state)
{
	static const struct { const char *path, *text; int r; enum ms_code code; } cases[] = {
		{ "/sys/class/net/eth0/mtu", "9000", 0, 0 },
		{ "/etc/link", "inside", 0, 0 },
		{ "/etc/empty", "", 0, 0 },
		{ "/etc/escape", NULL, -ENOENT, MS_NOTFOUND },
		{ "/etc/absolute", NULL, -ENOENT, MS_NOTFOUND },
		{ "/../secret", NULL, -ENOENT, MS_NOTFOUND },
		{ "/etc/binary", NULL, -EINVAL, MS_INVALID },
		{ "/etc/pipe", "", 0, 0 },
		{ "/etc", NULL, -EISDIR, MS_FAILED },
		{ "relative", NULL, -EINVAL, MS_FAILED },
		{ "", NULL, -ENAMETOOLONG, MS_FAILED },
	};
	struct ms_host *host = open_tree();

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		struct ms_err err = MS_ERR_INIT;
		char *text = NULL;
		int r = ms_host_read(host, cases[i].path, &text, &err);

		if (r != cases[i].r || err.code != cases[i].code)
			fail_msg("%s: %d %s", cases[i].path, r, err.message);
		if (r)
			assert_non_null(strstr(err.message, cases[i].path));
		else
			assert_string_equal(text, cases[i].text);
		free(text);
	}
	ms_host_close(host);
}

static void test_facts(void **state)
{
	struct ms_host *host = open_tree();
	char word[16], small[4], *real = NULL, *name = NULL, **names = NULL, long_name[2 * MS_PATH_MAX];
	struct ms_err err = MS_ERR_INIT;
	int64_t number = -1;

	(void)state;
	assert_true(ms_host_word(host, "/etc/lines", word, sizeof(word)));
	assert_string_equal(word, "two");
	assert_true(ms_host_word(host, "/etc/escapes", word, sizeof(word)));
	assert_string_equal(word, "bad ?[1m");
	assert_false(ms_host_word(host, "/sys/class/net/eth0/mtu", small, sizeof(small)));
	assert_string_equal(small, "");
	assert_false(ms_host_word(host, "/etc/empty", word, sizeof(word)));
	assert_true(ms_host_number(host, "/etc/hex", &number));
	assert_int_equal(number, 0x8086);
	assert_false(ms_host_number(host, "/etc/lines", &number));
	assert_true(ms_host_link_word(host, "/sys/class/net/eth0/device", word, sizeof(word)));
	assert_string_equal(word, "0000:01:00.0");
	assert_false(ms_host_link_word(host, "/etc/name", word, sizeof(word)));
	assert_int_equal(ms_host_link(host, "/etc/name", &name, &err), -EINVAL);
	ms_err_clear(&err);
	assert_int_equal(ms_host_resolve(host, "/sys/class/net/eth0/device", &real, &err), 0);
	assert_string_equal(real, "/sys/devices/pci0/0000:01:00.0");
	free(real);
	assert_int_equal(ms_host_resolve(host, "/..", &real, &err), 0);
	assert_string_equal(real, "/");
	free(real);
	assert_int_equal(ms_host_list(host, "/sys", &names, &err), 0);
	assert_string_equal(names[0], "class");
	assert_string_equal(names[1], "devices");
	assert_null(names[2]);
	ms_strv_free(names);
	assert_int_equal(ms_host_list(host, "/sys/class/infiniband", &names, &err), -ENOENT);
	assert_int_equal(err.code, MS_NOTFOUND);
	memset(long_name, 'x', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = 0;
	assert_false(ms_host_exists(host, MS_PATH("/%s", long_name)));
	assert_true(ms_host_exists(host, MS_PATH("/sys/class/net/%s", "eth0")));
	ms_host_close(host);
}

static void test_write(void **state)
{
	struct ms_host *host = open_tree();
	struct ms_err err = MS_ERR_INIT;
	char *text = NULL;

	(void)state;
	assert_int_equal(ms_host_set(host, "/sys/class/net/eth0/mtu", "4200\n", &err), 0);
	assert_int_equal(ms_host_read(host, "/sys/class/net/eth0/mtu", &text, &err), 0);
	assert_string_equal(text, "4200");
	free(text);
	assert_int_equal(ms_host_write(host, "/sys/none", "1", &err), -ENOENT);
	ms_err_clear(&err);
	assert_int_equal(ms_host_set(host, "/dev", "1", &err), -ENOENT);
	ms_err_clear(&err);
	assert_int_equal(ms_host_replace(host, "/etc/systemd/network/10-a.link", "a\n", 2, 0644, &err), 0);
	assert_int_equal(ms_host_replace(host, "/etc/systemd/network/10-a.link", "bc\n", 3, 0600, &err), 0);
	sh("test $(cat %s/etc/systemd/network/10-a.link) = bc", tree);
	sh("test $(stat -c %%a %s/etc/systemd/network/10-a.link) = 600", tree);
	sh("test $(ls -A %s/etc/systemd/network | wc -l) = 1", tree);
	assert_int_equal(ms_host_replace(host, "/etc/..", "a", 1, 0644, &err), -EINVAL);
	ms_err_clear(&err);
	assert_int_equal(ms_host_replace(host, "/../../escaped", "a", 1, 0644, &err), 0);
	sh("test -e %s/escaped && test ! -e %s/escaped && test ! -e %s/../escaped", tree, dir, dir);
	assert_int_equal(ms_host_remove(host, "/escaped", &err), 0);
	assert_int_equal(ms_host_remove(host, "/escaped", &err), 0);
	assert_int_equal(ms_host_make_folder(host, "/etc/rdma_cm", &err), 0);
	assert_int_equal(ms_host_make_folder(host, "/etc/rdma_cm", &err), 0);
	assert_int_equal(ms_host_remove_folder(host, "/etc/rdma_cm", &err), 0);
	assert_false(ms_host_exists(host, "/etc/rdma_cm"));
	assert_int_equal(err.code, MS_OK);
	ms_host_close(host);
}

/* ---- netlink: answers made here ---- */

struct script { struct ms_buf replies[8]; size_t n, at; };

static int play(void *ctx, const struct ms_nl_request *request, const struct nlmsghdr *bytes,
		struct ms_buf *replies, struct ms_err *err)
{
	struct script *script = ctx;
	struct ms_buf *mine = &script->replies[script->at++];

	(void)request;
	(void)bytes;
	(void)err;
	assert_true(script->at <= script->n);
	return ms_buf_add(replies, mine->data, mine->len);
}

static void add(struct script *script, uint16_t type, uint16_t flags, const void *data, size_t len)
{
	struct nlmsghdr head = { .nlmsg_len = (uint32_t)(sizeof(head) + len), .nlmsg_type = type, .nlmsg_flags = flags };

	ms_buf_add(&script->replies[script->n - 1], &head, sizeof(head));
	if (len)
		ms_buf_add(&script->replies[script->n - 1], data, len);
	ms_buf_add(&script->replies[script->n - 1], "\0\0\0", NLMSG_ALIGN(len) - len);
}

static struct ms_host *open_script(struct script *script)
{
	static const struct ms_nl_ops ops = { .exchange = play };
	struct ms_host *host = open_tree();

	ms_host_use_netlink(host, &ops, script);
	return host;
}

static int count(const struct nlmsghdr *reply, void *ctx, struct ms_err *err)
{
	(void)reply;
	(void)err;
	++*(int *)ctx;
	return 0;
}

static int talk(struct script *script, uint16_t flags, int *ret_n, struct ms_err *err)
{
	struct ms_host *host = open_script(script);
	struct ifinfomsg header = { 0 };
	MS_AUTO_NL struct ms_nl_request request;
	int r;

	*ret_n = 0;
	ms_nl_request_init(&request, NETLINK_ROUTE, RTM_SETLINK, flags, &header, sizeof(header), "mtu of %s", "eth0");
	ms_nl_put_u32(&request, IFLA_MTU, 9000);
	r = ms_nl_talk(host, &request, count, ret_n, err);
	for (size_t i = 0; i < script->n; i++)
		ms_buf_release(&script->replies[i]);
	ms_host_close(host);
	return r;
}

static void test_torn(void **state)
{
	struct script script = { 0 };
	struct ms_err err = MS_ERR_INIT;
	int n, zero = 0;

	(void)state;
	/* Two messages of a picture that changed, then one of a whole picture. */
	script.n = 1;
	add(&script, RTM_NEWLINK, NLM_F_MULTI, "1234", 4);
	add(&script, RTM_NEWLINK, NLM_F_MULTI | NLM_F_DUMP_INTR, "1234", 4);
	add(&script, NLMSG_DONE, NLM_F_MULTI, &zero, 4);
	script.n = 2;
	add(&script, RTM_NEWLINK, NLM_F_MULTI, "1234", 4);
	add(&script, NLMSG_DONE, NLM_F_MULTI, &zero, 4);
	assert_int_equal(talk(&script, NLM_F_DUMP, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(script.at, 2);

	script = (struct script){ 0 };
	for (script.n = 1; script.n <= 5; script.n++)
		add(&script, NLMSG_DONE, NLM_F_MULTI | NLM_F_DUMP_INTR, &zero, 4);
	script.n = 5;
	assert_int_equal(talk(&script, NLM_F_DUMP, &n, &err), -EAGAIN);
	assert_int_equal(err.code, MS_BUSY);
}

static void test_errors(void **state)
{
	struct { int error; struct nlmsghdr head; struct nlattr msg; char text[12]; struct nlattr offs; uint32_t at; }
		words = { -EINVAL, { 0 }, { 4 + 12, NLMSGERR_ATTR_MSG }, "mtu too big", { 8, NLMSGERR_ATTR_OFFS }, 32 };
	static const struct { int error; enum ms_code code; } codes[] = {
		{ -EPERM, MS_AUTH }, { -EOPNOTSUPP, MS_UNSUPPORTED }, { -ENODEV, MS_NOTFOUND }, { -EBUSY, MS_BUSY },
	};
	int n;

	(void)state;
	for (int capped = 0; capped < 2; capped++) {
		struct script script = { .n = 1 };
		struct ms_err err = MS_ERR_INIT;

		words.head.nlmsg_len = sizeof(words.head);
		add(&script, NLMSG_ERROR, (uint16_t)(NLM_F_ACK_TLVS | (capped ? NLM_F_CAPPED : 0)), &words, sizeof(words));
		assert_int_equal(talk(&script, 0, &n, &err), -EINVAL);
		assert_string_equal(err.message, "mtu of eth0: mtu too big: Invalid argument (attribute 4)");
	}
	for (size_t i = 0; i < MS_ARRAY_SIZE(codes); i++) {
		struct script script = { .n = 1 };
		struct ms_err err = MS_ERR_INIT;

		words.error = codes[i].error;
		add(&script, NLMSG_ERROR, 0, &words, 20);
		assert_int_equal(talk(&script, 0, &n, &err), codes[i].error);
		assert_int_equal(err.code, codes[i].code);
	}
}

static void test_malformed(void **state)
{
	struct nlmsghdr short_head = { .nlmsg_len = 3 }, long_head = { .nlmsg_len = 4000, .nlmsg_type = 16 };
	struct { const void *data; size_t len; } cases[] = {
		{ NULL, 0 }, { &short_head, sizeof(short_head) }, { &long_head, sizeof(long_head) }, { "abc", 3 },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		struct script script = { .n = 1 };
		struct ms_err err = MS_ERR_INIT;
		int n;

		if (cases[i].data)
			ms_buf_add(&script.replies[0], cases[i].data, cases[i].len);
		else
			ms_buf_add(&script.replies[0], "", 0);
		assert_int_equal(talk(&script, 0, &n, &err), -EBADMSG);
		assert_int_equal(err.code, MS_INVALID);
		assert_int_equal(n, 0);
	}
}

static void test_too_long(void **state)
{
	static const char bytes[9000];
	struct ms_host *host = open_tree();
	struct ms_err err = MS_ERR_INIT;
	MS_AUTO_NL struct ms_nl_request request;
	struct nlattr *nest;

	(void)state;
	ms_nl_request_init(&request, NETLINK_ROUTE, RTM_SETLINK, 0, NULL, 0, "much");
	nest = ms_nl_nest(&request, 5);
	ms_nl_put(&request, 1, bytes, sizeof(bytes));
	assert_int_equal(request.failed, 0);
	ms_nl_put(&request, 1, bytes, sizeof(bytes));
	ms_nl_nest_end(&request, nest);
	assert_int_equal(ms_nl_talk(host, &request, NULL, NULL, &err), -EMSGSIZE);
	ms_host_close(host);
}

/* ---- records ---- */

static void put_file(const char *name, const char *text)
{
	char path[128];
	struct ms_err err = MS_ERR_INIT;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(ms_write_file(path, text, strlen(text), 0600, &err), 0);
}

static struct ms_host *open_play(const char *name, struct ms_err *err)
{
	char path[128];
	struct ms_host_opts opts = { .root = tree, .netlink = path };
	struct ms_host *host = NULL;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return ms_host_open(&opts, &host, err) < 0 ? NULL : host;
}

static int ask(struct ms_host *host, uint32_t mtu, struct ms_err *err)
{
	struct ifinfomsg header = { .ifi_index = 2 };
	MS_AUTO_NL struct ms_nl_request request;

	ms_nl_request_init(&request, NETLINK_ROUTE, RTM_SETLINK, 0, &header, sizeof(header), "mtu of eth0");
	ms_nl_put_u32(&request, IFLA_MTU, mtu);
	return ms_nl_talk(host, &request, NULL, NULL, err);
}

#define RECORD "# mtu of eth0\n> route 28000000 13000500 0000000000000000 00000000 02000000 00000000 00000000\n" \
	"   08000400 28230000\n< 24000000 02000000 00000000 00000000 00000000\n   280000001300050000000000 00000000\n"

static void test_play(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	struct ms_host *host;

	(void)state;
	put_file("good", RECORD "\n" RECORD);
	host = open_play("good", &err);
	assert_non_null(host);
	assert_int_equal(ask(host, 9000, &err), 0);
	assert_int_equal(ms_host_finish(host, &err), -EBADMSG);
	assert_non_null(strstr(err.source, "/good"));
	assert_int_equal(err.line, 8);
	ms_err_clear(&err);
	assert_int_equal(ask(host, 1500, &err), -EBADMSG);
	assert_non_null(strstr(err.message, "08000400 dc050000"));
	assert_non_null(strstr(err.message, "08000400 28230000"));
	assert_int_equal(err.line, 8);
	ms_err_clear(&err);
	assert_int_equal(ask(host, 9000, &err), 0);
	assert_int_equal(ms_host_finish(host, &err), 0);
	assert_int_equal(ask(host, 9000, &err), -EBADMSG);
	assert_non_null(strstr(err.message, "nothing more"));
	ms_host_close(host);
}

static void test_bad_record(void **state)
{
	static const struct { const char *text; unsigned line; } cases[] = {
		{ "< 00\n", 1 }, { "# x\n> nowhere 00\n", 2 }, { "> route 0x\n", 1 }, { "> route 00\n<0\n", 2 },
		{ "> route 00\nroute\n", 2 }, { "\n\n    00\n", 3 },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		struct ms_err err = MS_ERR_INIT;

		put_file("bad", cases[i].text);
		assert_null(open_play("bad", &err));
		assert_int_equal(err.code, MS_INPUT);
		assert_int_equal(err.line, cases[i].line);
	}
}

/* What this machine says, written down and read again. */
static void test_record(void **state)
{
	char path[128];
	struct ms_host_opts opts = { .record = path };
	struct ms_err err = MS_ERR_INIT;
	struct ms_host *host = NULL;
	struct ms_links *here = NULL, *again = NULL;

	(void)state;
	snprintf(path, sizeof(path), "%s/recorded", dir);
	assert_int_equal(ms_host_open(&opts, &host, &err), 0);
	assert_true(ms_host_is_here(host));
	assert_int_equal(ms_links_read(host, &here, &err), 0);
	assert_int_equal(ms_host_finish(host, &err), 0);
	ms_host_close(host);
	assert_non_null(ms_link_by_name(here, "lo"));
	assert_string_equal(ms_link_by_index(here, 1)->name, "lo");

	host = open_play("recorded", &err);
	assert_non_null(host);
	assert_int_equal(ms_links_read(host, &again, &err), 0);
	assert_int_equal(ms_host_finish(host, &err), 0);
	assert_int_equal(again->n, here->n);
	assert_int_equal(again->n_addrs, here->n_addrs);
	for (size_t i = 0; i < here->n; i++) {
		assert_string_equal(again->links[i].name, here->links[i].name);
		assert_int_equal(again->links[i].mtu, here->links[i].mtu);
		assert_string_equal(again->links[i].mac, here->links[i].mac);
	}
	ms_links_free(here);
	ms_links_free(again);
	ms_host_close(host);
}

static void test_no_record(void **state)
{
	struct ms_host *host = open_tree();
	struct ms_links *links;
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	assert_int_equal(ms_links_read(host, &links, &err), -EOPNOTSUPP);
	assert_non_null(strstr(err.hint, "MSCTL_NETLINK"));
	ms_host_close(host);
}

static void test_kernel_error(void **state)
{
	struct ms_host_opts opts = { .root = "/" };
	struct ms_host *host = NULL;
	struct ms_err err = MS_ERR_INIT;
	struct ifinfomsg header = { .ifi_index = 2147483647 };
	MS_AUTO_NL struct ms_nl_request request, none;

	(void)state;
	assert_int_equal(ms_host_open(&opts, &host, &err), 0);
	ms_nl_request_init(&request, NETLINK_ROUTE, RTM_GETLINK, 0, &header, sizeof(header), "a link");
	assert_int_equal(ms_nl_talk(host, &request, NULL, NULL, &err), -ENODEV);
	assert_int_equal(err.code, MS_NOTFOUND);
	ms_err_clear(&err);
	assert_int_equal(ms_genl_request_init(host, &none, "no_such_family", 1, 0, &err, "x"), -EOPNOTSUPP);
	assert_non_null(strstr(err.message, "no_such_family"));
	for (int i = 0; i < 2; i++) {
		MS_AUTO_NL struct ms_nl_request family;

		assert_int_equal(ms_genl_request_init(host, &family, "nlctrl", 3, 0, &err, "family"), 0);
	}
	ms_host_close(host);
}

/* ---- interfaces ---- */

static void link_put(struct script *script, int index, const char *name, const char *mac, const char *permanent,
		     const char *port)
{
	struct ifinfomsg header = { .ifi_index = index };
	MS_AUTO_BUF struct ms_buf body = { 0 };
	const struct { int type; const char *data; size_t len; } attrs[] = {
		{ IFLA_IFNAME, name, strlen(name) + 1 }, { IFLA_ADDRESS, mac, mac ? 6 : 0 },
		{ IFLA_PERM_ADDRESS, permanent, permanent ? 6 : 0 }, { IFLA_PHYS_PORT_NAME, port, port ? strlen(port) + 1 : 0 },
	};

	ms_buf_add(&body, &header, sizeof(header));
	for (size_t i = 0; i < MS_ARRAY_SIZE(attrs); i++) {
		struct nlattr attr = { (uint16_t)(4 + attrs[i].len), (uint16_t)attrs[i].type };

		if (!attrs[i].len)
			continue;
		ms_buf_add(&body, &attr, sizeof(attr));
		ms_buf_add(&body, attrs[i].data, attrs[i].len);
		ms_buf_add(&body, "\0\0\0", NLA_ALIGN(attrs[i].len) - attrs[i].len);
	}
	add(script, RTM_NEWLINK, NLM_F_MULTI, body.data, body.len);
}

static void test_find(void **state)
{
	struct script script = { .n = 1 };
	struct ms_host *host = open_script(&script);
	struct ms_err err = MS_ERR_INIT;
	struct ms_links *links = NULL;
	const struct ms_link *link = NULL;
	json_auto_t *nic = json_pack("{s:{s:s}}", "spec", "mac", "B8:59:9F:00:00:02");
	json_auto_t *nobody = json_pack("{s:{s:s}}", "spec", "netdev", "eth9"), *empty = json_pack("{s:{}}", "spec");
	int zero = 0;

	(void)state;
	sh("ln -sfn ../../../../bus/pci %s/sys/devices/pci0/0000:01:00.0/subsystem && mkdir -p %s/sys/bus/pci", tree, tree);
	link_put(&script, 7, "bond0", "\xb8\x59\x9f\0\0\1", NULL, NULL);
	link_put(&script, 3, "eth1", "\xb8\x59\x9f\0\0\1", "\xb8\x59\x9f\0\0\2", "p1");
	link_put(&script, 2, "eth0", "\xb8\x59\x9f\0\0\1", "\xb8\x59\x9f\0\0\1", "p0");
	link_put(&script, 9, "eth0_0", "\xb8\x59\x9f\0\0\3", "\xb8\x59\x9f\0\0\1", "pf0vf0");
	add(&script, NLMSG_DONE, NLM_F_MULTI, &zero, 4);
	script.n = 2;
	add(&script, NLMSG_DONE, NLM_F_MULTI, &zero, 4);
	assert_int_equal(ms_links_read(host, &links, &err), 0);
	assert_int_equal(links->n, 4);
	assert_int_equal(ms_link_by_mac(links, "b8:59:9f:00:00:01")->index, 2);
	assert_int_equal(ms_link_of_nic(links, nic, &link, &err), 0);
	assert_string_equal(link->name, "eth1");
	assert_true(ms_link_by_index(links, 9)->representor);
	assert_string_equal(ms_link_by_index(links, 2)->pci, "0000:01:00.0");
	assert_string_equal(ms_link_by_pci(links, "0000:01:00.0")->name, "eth0");
	assert_null(ms_link_by_pci(links, ""));
	assert_int_equal(ms_link_of_nic(links, nobody, &link, &err), -ENODEV);
	assert_non_null(strstr(err.hint, "eth0 b8:59:9f:00:00:01"));
	ms_err_clear(&err);
	assert_int_equal(ms_link_of_nic(links, empty, &link, &err), -EINVAL);
	assert_string_equal(err.path, "/spec");
	ms_links_free(links);
	for (size_t i = 0; i < script.n; i++)
		ms_buf_release(&script.replies[i]);
	ms_host_close(host);
}

/* ---- statistics ---- */

static void test_statistics(void **state)
{
	json_auto_t *want = json_pack("{s:i,s:I,s:i}", "rx_prio3_discards", 12, "[0]: rx bytes", (json_int_t)INT64_MAX, "x", 0), *got = NULL,
		    *here = NULL;
	struct ms_host *host = open_tree(), *kernel = NULL;
	struct ms_host_opts root = { .root = "/" };
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	sh("mkdir %s/ethtool && printf 'NIC statistics:\\n     rx_prio3_discards: 12\\n     [0]: rx bytes: 18446744073709551615\\n"
	   "    x:0\\n:7\\nlong: 99999999999999999999\\nwords: many\\n\\nhalf' > %s/ethtool/eth0", tree, tree);
	assert_int_equal(ms_host_statistics(host, "eth0", &got, &err), 0);
	assert_true(json_equal(got, want));
	assert_int_equal(ms_host_statistics(host, "eth1", &here, &err), -EOPNOTSUPP);
	assert_int_equal(err.code, MS_UNSUPPORTED);
	ms_err_clear(&err);
	ms_host_close(host);
	/* Every kernel has this interface, which counts nothing. */
	assert_int_equal(ms_host_open(&root, &kernel, &err), 0);
	assert_int_equal(ms_host_statistics(kernel, "lo", &here, &err), 0);
	assert_int_equal(json_object_size(here), 0);
	json_decref(here);
	here = NULL;
	assert_int_equal(ms_host_statistics(kernel, "nowhere", &here, &err), -ENODEV);
	ms_host_close(kernel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read), cmocka_unit_test(test_facts), cmocka_unit_test(test_write),
		cmocka_unit_test(test_torn), cmocka_unit_test(test_errors), cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_too_long), cmocka_unit_test(test_play), cmocka_unit_test(test_bad_record),
		cmocka_unit_test(test_record), cmocka_unit_test(test_no_record), cmocka_unit_test(test_kernel_error),
		cmocka_unit_test(test_find), cmocka_unit_test(test_statistics),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
