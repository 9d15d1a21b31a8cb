/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One simulated BMC: made of a Server of the site file.
 */
#include "sim/engine.h"

struct sim_bmc *sim_bmc_of(struct sim_device *dev)
{
	return dev && dev->kind == &sim_bmc_kind ? (struct sim_bmc *)dev : NULL;
}

/* ---- what the site file says -------------------------------------------------------------------
 */

static int copy_nics(struct sim_bmc *bmc, const json_t *server)
{
	const json_t *nics = ms_at(server, "/spec/nics");
	json_t *nic;
	size_t i;

	bmc->n_nics = json_array_size(nics);
	bmc->nics = calloc(bmc->n_nics + 1, sizeof(*bmc->nics));
	if (!bmc->nics)
		return -ENOMEM;
	json_array_foreach(nics, i, nic) {
		const char *mac = ms_str(nic, "/mac", NULL), *cable = ms_str(nic, "/cable", NULL);

		bmc->nics[i].name = strdup(ms_str(nic, "/name", ""));
		bmc->nics[i].mac = mac ? strdup(mac) : NULL;
		bmc->nics[i].cable = cable ? strdup(cable) : NULL;
	}
	return 0;
}

/* Where accounts are named by their users, the factory account is no part of the model's tree. */
static int show_account(struct sim_bmc *bmc, const char *id, struct ms_err *err)
{
	char path[SIM_PATH_MAX];
	json_t *entry = NULL;

	if (bmc->shape->dir ||
	    !ms_streq(ms_str(bmc->shape->model->behaviour, "/account/id", NULL), "name"))
		return 0;
	if (sim_prototype(bmc, "account", json_pack("{s:s}", "id", id), path, &entry) ||
	    sim_make(bmc, path, entry))
		return ms_nomem(err);
	bmc->dev.used = false;
	return 0;
}

/* A new machine has the secret from before the rotation that the site file may ask for. */
static int factory_account(struct sim_bmc *bmc, const json_t *server, struct ms_err *err)
{
	const struct sim_opts *opts = &bmc->dev.sim->opts;
	const char *user = ms_str(server, "/spec/bmc/credentials/username", NULL);
	const char *reference = ms_str(server, "/spec/bmc/credentials/previous", NULL),
		   *password = NULL;
	const char *id = ms_str(bmc->shape->model->behaviour, "/account/id", "1");
	int r = 0;

	if (!reference)
		reference = ms_str(server, "/spec/bmc/credentials/password", NULL);
	if (reference && opts->secrets)
		r = ms_secret_get(opts->secrets, reference, &password, err);
	if (r)
		return r;
	if (!user)
		user = opts->user ? opts->user : "admin";
	if (!password)
		password = opts->password ? opts->password : "msctl-sim";
	if (!strcmp(id, "name"))
		id = user;
	r = sim_account_add(
		bmc, id, user, password,
		ms_str(bmc->shape->model->behaviour, "/account/admin", "Administrator"));
	return r ? ms_nomem(err) : show_account(bmc, id, err);
}

static void start_power(struct sim_bmc *bmc, const json_t *server)
{
	bool off = bmc->dev.sim->opts.off ||
		   ms_streq(ms_str(server, "/metadata/annotations/sim~1power", NULL), "off");

	bmc->power = off ? SIM_OFF : SIM_ON;
	bmc->boot = off ? SIM_BOOT_NONE : SIM_BOOT_OS;
	bmc->stubborn = ms_streq(ms_str(server, "/metadata/annotations/sim~1shutdown", NULL),
				 "ignored");
	bmc->reset_at = ms_now() - 3600;
}

static int describe(struct sim_bmc *bmc, json_t *server, struct ms_err *err)
{
	const char *serial = ms_str(server, "/spec/serial", NULL);
	const struct sim_model *model = bmc->shape->model;
	char made[16];
	int r = sim_device_init(&bmc->dev, &sim_bmc_kind, bmc->dev.sim, ms_name(server), err);

	if (r)
		return r;
	bmc->dev.vendor = model->vendor;
	bmc->dev.model = model->name;
	bmc->dev.organization = ms_str(model->behaviour, "/certificate/organization", NULL);
	if (!ms_str(server, "/spec/bmc/vendor", NULL) && !bmc->shape->dir)
		ms_put(server, "/spec/bmc/vendor", json_string(model->vendor));
	sim_digits(&bmc->dev, "serial", "0123456789BCDFGHJKLMNPQRSTVWXZ", made, 7);
	bmc->serial = strdup(serial ? serial : made);
	if (!bmc->serial || copy_nics(bmc, server))
		return ms_nomem(err);
	start_power(bmc, server);
	return factory_account(bmc, server, err);
}

int sim_bmc_make(struct sim *sim, struct sim_shape *shape, json_t *server, struct sim_bmc **ret_bmc,
		 struct ms_err *err)
{
	struct sim_bmc *bmc = calloc(1, sizeof(*bmc));
	int r;

	if (!bmc)
		return ms_nomem(err);
	bmc->dev.kind = &sim_bmc_kind;
	bmc->dev.sim = sim;
	bmc->shape = shape;
	r = describe(bmc, server, err);
	if (r)
		sim_device_free(&bmc->dev);
	else
		*ret_bmc = bmc;
	return r;
}

static int make(struct sim *sim, json_t *server, struct sim_device **ret_dev, struct ms_err *err)
{
	const char *vendor = ms_str(server, "/spec/bmc/vendor", "openbmc");
	const char *name = ms_str(server, "/metadata/annotations/sim~1model", NULL);
	struct sim_model *model;
	struct sim_shape *shape;
	struct sim_bmc *bmc;
	int r = sim_model_get(sim, vendor, name, &model, err);

	if (r) {
		ms_hint(err, "msctl-sim models lists them");
		return r;
	}
	r = sim_shape_get(sim, model, server, &shape, err);
	if (!r)
		r = sim_bmc_make(sim, shape, server, &bmc, err);
	if (!r)
		*ret_dev = &bmc->dev;
	return r;
}

/* ---- life ---------------------------------------------------------------------------------------
 */

static void account_release(struct sim_account *account)
{
	free(account->id);
	free(account->user);
	free(account->password);
	free(account->role);
}

static void nic_release(struct sim_nic *nic)
{
	free(nic->name);
	free(nic->mac);
	free(nic->cable);
}

static void bmc_free(struct sim_device *dev)
{
	struct sim_bmc *bmc = sim_bmc_of(dev);

	for (size_t i = 0; i < bmc->n_accounts; i++)
		account_release(&bmc->accounts[i]);
	for (size_t i = 0; i < bmc->n_nics; i++)
		nic_release(&bmc->nics[i]);
	for (size_t i = 0; i < bmc->n_sessions; i++) {
		free(bmc->sessions[i].id);
		free(bmc->sessions[i].user);
	}
	free(bmc->accounts);
	free(bmc->nics);
	free(bmc->sessions);
	free(bmc->serial);
	free(bmc->booted_from);
	json_decref(bmc->over);
	json_decref(bmc->pending);
	free(bmc);
}

static const struct sim_header headers[] = {
	{ "OData-Version", "4.0" },
	{ "Cache-Control", "no-cache" },
	{ NULL, NULL },
};

const struct sim_kind sim_bmc_kind = {
	.name = "bmc",
	.plural = "bmcs",
	.resource = "Server",
	.match = "server",
	.at = "/spec/bmc",
	.realm = "BMC",
	.headers = headers,
	.events = sim_bmc_events,
	.make = make,
	.delay = sim_redfish_delay,
	.answer = sim_redfish,
	.inspect = sim_bmc_inspect,
	.pull = sim_bmc_pull,
	.save = sim_bmc_save,
	.load = sim_bmc_load,
	.close = sim_streams_close,
	.free = bmc_free,
	.release = sim_models_free,
};
