/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the spec of a Server to an open BMC and the ComputerSystem that is meant. */
#include <errno.h>
#include "bmc/aspect.h"
#include "bmc/read.h"

static int missing(const json_t *server, const char *path, const char *what, struct ms_err *err)
{
	int r = ms_fail(err, -EINVAL, MS_INPUT, "%s %s has no %s", ms_kind(server), ms_name(server),
			what);

	ms_err_at(err, NULL, path);
	ms_hint(err, "give it in the site file, at %s", path);
	return r;
}

/* https://address:port, brackets around IPv6. */
static char *base_of(const json_t *server)
{
	const char *address = ms_str(server, "/spec/bmc/address", "");
	int port = (int)ms_int(server, "/spec/bmc/port", 443);
	bool bare6 = strchr(address, ':') && *address != '[';

	if (strstr(address, "://"))
		return ms_asprintf("%s", address);
	if (port == 443)
		return ms_asprintf(bare6 ? "https://[%s]" : "https://%s", address);
	return ms_asprintf(bare6 ? "https://[%s]:%d" : "https://%s:%d", address, port);
}

static enum ms_trust trust_of(const json_t *server)
{
	const char *word = ms_str(server, "/spec/bmc/tls/trust",
				  ms_str(server, "/spec/bmc/tls/pin", NULL) ? "pin" : "ca");

	if (!strcmp(word, "skip"))
		return MS_TRUST_SKIP;
	return strcmp(word, "pin") ? MS_TRUST_CA : MS_TRUST_PIN;
}

/*
 * A certificate that the spec asks to be installed brings its own key: from the install on until
 * somebody writes the new pin into the site file, either is the right one.  libcurl takes several,
 * with ";" between them.
 */
static char *pin_of(const json_t *server)
{
	const char *pin = ms_str(server, "/spec/bmc/tls/pin", ""),
		   *file = ms_str(server, "/spec/certificate/file", NULL);
	struct ms_err ignored = MS_ERR_INIT;
	json_auto_t *facts = NULL;

	if (!*pin || !file || bmc_certificate_file(file, &facts, NULL, &ignored))
		return strdup(pin);
	return ms_asprintf("%s;%s", pin, ms_str(facts, "/pin", pin));
}

int bmc_new(const struct bmc_env *env, const json_t *server, struct bmc **ret_bmc,
	    struct ms_err *err)
{
	struct bmc *bmc;

	if (!*ms_str(server, "/spec/bmc/address", ""))
		return missing(server, "/spec/bmc/address", "BMC address", err);
	bmc = calloc(1, sizeof(*bmc));
	if (!bmc)
		return ms_nomem(err);
	bmc->env = env;
	bmc->name = strdup(ms_name(server));
	bmc->base = base_of(server);
	bmc->pin = pin_of(server);
	bmc->ca = strdup(ms_str(server, "/spec/bmc/tls/ca", ""));
	bmc->user = strdup(ms_str(server, "/spec/bmc/credentials/username", "USER"));
	if (!bmc->name || !bmc->base || !bmc->pin || !bmc->ca || !bmc->user) {
		bmc_close(bmc);
		return ms_nomem(err);
	}
	bmc->peer = (struct ms_peer_opts){
		.name = bmc->name, .base = bmc->base, .trust = trust_of(server),
		.pin = *bmc->pin ? bmc->pin : NULL, .ca = *bmc->ca ? bmc->ca : NULL,
	};
	*ret_bmc = bmc;
	return 0;
}

void bmc_close(struct bmc *bmc)
{
	if (!bmc)
		return;
	ms_redfish_close(bmc->redfish);
	json_decref(bmc->systems);
	json_decref(bmc->system);
	json_decref(bmc->manager);
	json_decref(bmc->chassis);
	free(bmc->name);
	free(bmc->base);
	free(bmc->pin);
	free(bmc->ca);
	free(bmc->user);
	free(bmc->secret);
	free(bmc);
}

struct ms_redfish *bmc_redfish(const struct bmc *bmc)
{
	return bmc->redfish;
}

const json_t *bmc_system(const struct bmc *bmc)
{
	return bmc->system;
}

static int login_with(struct bmc *bmc, const json_t *server, const char *reference,
		      struct ms_err *err)
{
	const char *word = bmc->env->auth ? bmc->env->auth : ms_str(server, "/spec/bmc/auth", NULL);
	struct ms_redfish_opts opts = {
		.peer = bmc->peer,
		.auth = word,
		.user = ms_str(server, "/spec/bmc/credentials/username", NULL),
	};
	int r = ms_secret_get(bmc->env->secrets, reference, &opts.password, err);

	if (!r)
		r = ms_redfish_open(bmc->env->http, &opts, &bmc->redfish, err);
	if (!r)
		bmc->secret = strdup(reference);
	return r || bmc->secret ? r : ms_nomem(err);
}

/* The secret of the site file, then the one before it: a rotation may have been cut short. */
static int login(struct bmc *bmc, const json_t *server, struct ms_err *err)
{
	const char *now = ms_str(server, "/spec/bmc/credentials/password", NULL);
	const char *before = ms_str(server, "/spec/bmc/credentials/previous", NULL);
	struct ms_err first;
	int r;

	if (!ms_str(server, "/spec/bmc/credentials/username", NULL) || !now)
		return missing(server, "/spec/bmc/credentials", "BMC credentials", err);
	r = login_with(bmc, server, now, err);
	if (!r || err->code != MS_AUTH || !before)
		return r;
	first = *err;
	ms_err_clear(err);
	r = login_with(bmc, server, before, err);
	if (r && err->code == MS_AUTH)
		*err = first;
	bmc->previous = !r;
	if (!r)
		ms_redfish_warn(bmc->redfish, "logged in with credentials.previous: "
					      "the password rotation is not finished");
	return r;
}

static const json_t *choose(const json_t *systems, const char *id)
{
	const json_t *one;
	size_t i;

	json_array_foreach(systems, i, one)
		if (id ? ms_streq(ms_str(one, "/Id", NULL), id)
		       : ms_at(one, "/Actions/#ComputerSystem.Reset") != NULL)
			return one;
	return id ? NULL : json_array_get(systems, 0);
}

static int no_system(const json_t *systems, const char *id, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf ids = { 0 };
	MS_AUTO_FREE char *text = NULL;
	const json_t *one;
	size_t i;
	int r;

	json_array_foreach(systems, i, one)
		ms_buf_printf(&ids, "%s%s", i ? ", " : "", ms_str(one, "/Id", "?"));
	text = ms_buf_steal(&ids);
	if (!json_array_size(systems))
		return ms_fail(err, -ENOENT, MS_NOTFOUND, "the BMC has no ComputerSystem");
	r = ms_fail(err, -ENOENT, MS_NOTFOUND, "the BMC has no ComputerSystem \"%s\"", id);
	ms_err_at(err, NULL, "/spec/bmc/system");
	ms_hint(err, "it has: %s", text ? text : "");
	return r;
}

int bmc_find_system(struct bmc *bmc, const json_t *server, struct ms_err *err)
{
	const char *id = ms_str(server, "/spec/bmc/system", NULL);
	const json_t *system;
	int r = ms_redfish_members(bmc->redfish, ms_redfish_root(bmc->redfish), "/Systems", 0,
				   &bmc->systems, err);

	if (r && err->code != MS_NOTFOUND)
		return r;
	ms_err_clear(err);
	system = choose(bmc->systems, id);
	if (!system)
		return no_system(bmc->systems, id, err);
	bmc->system = json_incref((json_t *)system);
	ms_redfish_refine(bmc->redfish, system);
	return 0;
}

/* The account that must get a new password first, "" when there is none. */
static const char *must_change(const struct bmc *bmc)
{
	const char *uri = bmc->redfish ? ms_redfish_must_change(bmc->redfish) : NULL;

	return uri ? uri : "";
}

int bmc_open(const struct bmc_env *env, const json_t *server, struct bmc **ret_bmc,
	     struct ms_err *err)
{
	struct bmc *bmc;
	int r = bmc_new(env, server, &bmc, err);

	if (r)
		return r;
	r = login(bmc, server, err);
	if (!r)
		r = bmc_find_system(bmc, server, err);
	if (r && bmc->previous && *must_change(bmc)) {
		bmc->must_change = true;
		bmc->system = json_object();
		ms_err_clear(err);
		r = bmc->system ? 0 : ms_nomem(err);
	}
	if (r) {
		bmc_close(bmc);
		return r;
	}
	*ret_bmc = bmc;
	return 0;
}

int bmc_refresh(struct bmc *bmc, struct ms_err *err)
{
	json_t *system, *one;
	size_t i;
	int r = ms_redfish_get_fresh(bmc->redfish, ms_str(bmc->system, "/@odata.id", ""), &system,
				     err);

	if (r)
		return r;
	json_array_foreach(bmc->systems, i, one)
		if (one == bmc->system)
			json_array_set(bmc->systems, i, system);
	json_decref(bmc->system);
	bmc->system = system;
	return 0;
}

/* The Manager that the system names, else the first that is a BMC. */
static void read_manager(struct bmc *bmc)
{
	struct ms_err ignored = MS_ERR_INIT;
	json_auto_t *all = NULL;
	const json_t *one;
	size_t i;

	bmc->manager_read = true;
	if (bmc_follow(bmc, bmc->system, "/Links/ManagedBy/0", &bmc->manager, &ignored) > 0)
		return;
	ms_err_clear(&ignored);
	if (bmc_members(bmc, ms_redfish_root(bmc->redfish), "/Managers", &all, &ignored) <= 0)
		return;
	json_array_foreach(all, i, one)
		if (!bmc->manager && ms_streq(ms_str(one, "/ManagerType", "BMC"), "BMC"))
			bmc->manager = json_incref((json_t *)one);
}

const json_t *bmc_manager(struct bmc *bmc)
{
	if (!bmc->manager_read) {
		read_manager(bmc);
		ms_redfish_refine(bmc->redfish, bmc->manager);
	}
	return bmc->manager;
}
