/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The three files of an interface: written, removed, and read back. */
#include "roce/persist.h"

#include <errno.h>

#define UNIT "/etc/systemd/system/msctl-roce@.service"
#define SCRIPT "/etc/msctl/roce/%s"
#define RULES "/etc/udev/rules.d/90-msctl-roce-%s.rules"

static const char unit[] = "# Written by msctl-roce.\n"
			   "[Unit]\n"
			   "Description=RoCE of %i\n"
			   "Documentation=man:msctl-roce(1)\n"
			   "ConditionPathExists=/etc/msctl/roce/%i\n"
			   "Wants=sys-kernel-config.mount sys-kernel-debug.mount\n"
			   "After=sys-kernel-config.mount sys-kernel-debug.mount\n"
			   "\n"
			   "[Service]\n"
			   "Type=oneshot\n"
			   "ExecStart=/etc/msctl/roce/%i\n";

/* It becomes a part of file names, units and shell text. */
static bool is_plain(const char *name)
{
	return *name && *name != '.' &&
	       !name[strspn(name,
			    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")];
}

/* By both names that an interface may go by while it is renamed; its RDMA device comes later, by
 * the PCI function. */
static char *rules_new(const struct ms_link *link)
{
	const char *name = link->name;
	MS_AUTO_BUF struct ms_buf buf = { 0 };

	ms_buf_printf(&buf, "# Written by msctl-roce.\n");
	for (int i = 0; i < 2; i++)
		ms_buf_printf(&buf,
			      "ACTION==\"add\", SUBSYSTEM==\"net\", %s==\"%s\", TAG+=\"systemd\", "
			      "ENV{SYSTEMD_WANTS}+=\"msctl-roce@%s.service\"\n",
			      i ? "NAME" : "KERNEL", name, name);
	if (*link->pci)
		ms_buf_printf(
			&buf,
			"ACTION==\"add\", SUBSYSTEM==\"infiniband\", KERNELS==\"%s\", "
			      "TAG+=\"systemd\", "
			"ENV{SYSTEMD_WANTS}+=\"msctl-roce@%s.service\"\n",
			link->pci, name);
	return buf.failed ? NULL : ms_take(buf.data);
}

/* ---- writing ---- */

static int write_all(struct roce_here *here, const struct ms_link *link, const json_t *settings,
		     struct ms_err *err)
{
	MS_AUTO_FREE char *script = roce_script(link->name, settings), *rules = rules_new(link);
	int r = script && rules ? 0 : ms_nomem(err);

	if (!r)
		r = ms_host_replace(here->host, MS_PATH(SCRIPT, link->name), script, strlen(script),
				    0755, err);
	if (!r)
		r = ms_host_replace(here->host, UNIT, unit, sizeof(unit) - 1, 0644, err);
	/* Last: it is what makes the others take effect. */
	if (!r)
		r = ms_host_replace(here->host, MS_PATH(RULES, link->name), rules, strlen(rules),
				    0644, err);
	return r;
}

int roce_persist(struct roce_here *here, const struct ms_link *link, const json_t *settings,
		 struct ms_err *err)
{
	int r;

	if (!is_plain(link->name))
		return ms_fail(err, -EINVAL, MS_UNSUPPORTED, "%s: not a name for a unit of systemd",
			       link->name);
	if (json_is_object(settings))
		return write_all(here, link, settings, err);
	r = ms_host_remove(here->host, MS_PATH(RULES, link->name), err);
	return r ? r : ms_host_remove(here->host, MS_PATH(SCRIPT, link->name), err);
}

/* ---- reading ---- */

/* 1: the file is there and says this; 0: it is not there; negative: it says something else. */
static int compare(struct roce_here *here, const char *path, const char *wanted)
{
	struct ms_err none = MS_ERR_INIT;
	MS_AUTO_FREE char *text = NULL;
	size_t len = strlen(wanted);

	if (ms_host_read(here->host, path, &text, &none) < 0)
		return none.error == -ENOENT ? 0 : -EIO;
	/* Reading takes white space at the end away. */
	while (len && wanted[len - 1] == '\n')
		len--;
	return strlen(text) == len && !strncmp(text, wanted, len) ? 1 : -EINVAL;
}

static json_t *settings_of(const char *script)
{
	static const char mark[] = "\n# settings: ";
	const char *at = strstr(script, mark);

	if (!at)
		return NULL;
	at += sizeof(mark) - 1;
	return json_loadb(at, strcspn(at, "\n"), 0, NULL);
}

static int judge(struct roce_look *look, json_t *settings, const char *path)
{
	MS_AUTO_FREE char *script = json_is_object(settings)
					    ? roce_script(look->link->name, settings)
					    : NULL;
	MS_AUTO_FREE char *rules = rules_new(look->link);
	int r = script ? compare(look->here, path, script) : -EINVAL;

	if (!rules)
		return -ENOMEM;
	if (r < 0)
		return roce_warn(look->status,
				 "%s is not as msctl-roce writes it: what it sets is not known",
				 path);
	if (compare(look->here, UNIT, unit) != 1 ||
	    compare(look->here, MS_PATH(RULES, look->link->name), rules) != 1)
		return roce_warn(look->status,
				 "nothing runs %s at boot: its unit or its udev rules are not as "
				 "msctl-roce writes them",
				 path);
	return json_object_set(look->status, "persistent", settings);
}

static bool has_dcb(struct roce_here *here)
{
	static const char *const places[] = { "/usr/sbin/dcb", "/sbin/dcb", "/usr/bin/dcb",
					      "/usr/local/sbin/dcb" };

	for (size_t i = 0; i < MS_ARRAY_SIZE(places); i++)
		if (ms_host_exists(here->host, places[i]))
			return true;
	return false;
}

/* Why it could not be written. */
static int judge_means(struct roce_look *look)
{
	if (!is_plain(look->link->name))
		return roce_unsupported(look->status, "persistent",
					"%s is not a name for a unit of systemd", look->link->name);
	if (!ms_host_exists(look->here->host, "/etc/systemd/system"))
		return roce_unsupported(
			look->status, "persistent",
			"no /etc/systemd/system: this machine does not start by systemd");
	if (json_object_get(look->status, "pfc") && !has_dcb(look->here))
		return roce_unsupported(look->status, "persistent",
					"no dcb here: it is in iproute2 since 5.11");
	return 0;
}

int roce_get_persistent(struct roce_look *look, struct ms_err *err)
{
	const char *path = MS_PATH(SCRIPT, look->link->name);
	struct ms_err none = MS_ERR_INIT;
	MS_AUTO_FREE char *text = NULL;
	json_auto_t *settings = NULL;
	int bad = judge_means(look);

	if (bad || !is_plain(look->link->name) ||
	    ms_host_read(look->here->host, path, &text, &none) < 0)
		return bad ? ms_nomem(err) : 0;
	settings = settings_of(text);
	return judge(look, settings, path) ? ms_nomem(err) : 0;
}
