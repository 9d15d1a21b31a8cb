/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated site: takes Servers, gives them addresses and starts to answer.
 */
#include <arpa/inet.h>
#include <sys/resource.h>
#include "sim/engine.h"

#define FIRST_ADDRESS 0x7f020001u /* 127.2.0.1 */

int sim_new(struct ms_loop *loop, const struct sim_opts *opts, struct sim **ret_sim,
	    struct ms_err *err)
{
	struct sim *sim = calloc(1, sizeof(*sim));

	if (!sim)
		return ms_nomem(err);
	sim->loop = loop;
	sim->opts = *opts;
	sim->speed = opts->speed > 0 ? opts->speed : 1;
	sim->start = ms_clock_ms();
	sim->seed = strdup(opts->seed ? opts->seed : "msctl");
	sim->next_address = FIRST_ADDRESS;
	sim->by_name = json_object();
	sim->faults = json_array();
	if (!sim->seed || !sim->by_name || !sim->faults) {
		sim_free(sim);
		return ms_nomem(err);
	}
	*ret_sim = sim;
	return 0;
}

void sim_free(struct sim *sim)
{
	if (!sim)
		return;
	sim_http_stop(sim);
	ms_timer_free(sim->save_timer);
	for (size_t i = 0; i < sim->n_bmcs; i++)
		sim_bmc_free(sim->bmcs[i]);
	for (struct sim_shape *shape = sim->shapes, *next; shape; shape = next) {
		next = shape->next;
		sim_shape_free(shape);
	}
	sim_models_free(sim);
	sim_key_release(sim);
	free(sim->bmcs);
	free(sim->by_address);
	json_decref(sim->by_name);
	json_decref(sim->faults);
	free(sim->save_path);
	free(sim->seed);
	free(sim);
}

/* ---- addresses ---------------------------------------------------------------------------------
 */

static bool in_loopback(in_addr_t address)
{
	return ntohl(address) >> 24 == 127;
}

/* The port to use: the fixed one, the site file's, the given one; 0 is any free one, the same for
 * all. */
static int choose_port(struct sim *sim, const json_t *server, in_addr_t address, uint16_t *ret_port,
		       struct ms_err *err)
{
	uint16_t port = (uint16_t)sim->opts.port;

	if (!sim->opts.port_fixed)
		port = (uint16_t)ms_int(server, "/spec/bmc/port", port);
	if (!port && sim->n_listeners && !sim->opts.listen)
		port = sim->listeners[0]->port;
	if (sim->opts.listen && sim->next_port)
		port = sim->next_port;
	return sim_listen(sim, address, port, ret_port, err);
}

static int next_free(struct sim *sim, in_addr_t *ret_address, struct ms_err *err)
{
	for (; sim->next_address >> 24 == 127; sim->next_address++) {
		uint32_t low = sim->next_address & 255;
		in_addr_t address = htonl(sim->next_address);

		if (low == 0 || low == 255 || sim_bmc_at(sim, address, (uint16_t)sim->opts.port))
			continue;
		sim->next_address++;
		*ret_address = address;
		return 0;
	}
	return ms_fail(err, -EADDRNOTAVAIL, MS_FAILED, "no loopback address is left");
}

/* One address for all with a port for each, or an address for each. */
static int choose_address(struct sim *sim, const json_t *server, struct sim_bmc *bmc,
			  struct ms_err *err)
{
	const char *wanted = ms_str(server, "/spec/bmc/address", "");
	struct in_addr in = { 0 };
	in_addr_t bind_to;
	int r = 0;

	if (sim->opts.listen) {
		if (inet_pton(AF_INET, sim->opts.listen, &in) != 1)
			return ms_fail(err, -EINVAL, MS_USAGE,
				       "--listen: not an IPv4 address: \"%s\"", sim->opts.listen);
		bind_to = in.s_addr;
	} else {
		bind_to = htonl(INADDR_ANY);
		if (inet_pton(AF_INET, wanted, &in) != 1 || !in_loopback(in.s_addr))
			r = next_free(sim, &in.s_addr, err);
	}
	if (r)
		return r;
	bmc->address = in.s_addr;
	r = choose_port(sim, server, bind_to, &bmc->port, err);
	if (!r && sim->opts.listen)
		sim->next_port = (uint16_t)(bmc->port + 1);
	return r;
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
	bmc->used = false;
	return 0;
}

/* A new machine has the secret from before the rotation that the site file may ask for. */
static int factory_account(struct sim_bmc *bmc, const json_t *server, struct ms_err *err)
{
	const struct sim_opts *opts = &bmc->sim->opts;
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
	bool off = bmc->sim->opts.off ||
		   ms_streq(ms_str(server, "/metadata/annotations/sim~1power", NULL), "off");

	bmc->power = off ? SIM_OFF : SIM_ON;
	bmc->boot = off ? SIM_BOOT_NONE : SIM_BOOT_OS;
	bmc->stubborn = ms_streq(ms_str(server, "/metadata/annotations/sim~1shutdown", NULL),
				 "ignored");
	bmc->reset_at = ms_now() - 3600;
}

static int fill_server(struct sim_bmc *bmc, json_t *server, struct ms_err *err)
{
	struct in_addr in = { bmc->address };
	char text[INET_ADDRSTRLEN], pin[64];
	int r;

	inet_ntop(AF_INET, &in, text, sizeof(text));
	ms_put(server, "/spec/bmc/address", json_string(text));
	ms_put(server, "/spec/bmc/port", json_integer(bmc->port));
	if (!ms_str(server, "/spec/bmc/vendor", NULL) && !bmc->shape->dir)
		ms_put(server, "/spec/bmc/vendor", json_string(bmc->shape->model->vendor));
	if (bmc->sim->opts.plain)
		return 0;
	r = sim_key_pin(bmc, pin);
	if (r)
		return ms_fail_errno(err, r, "%s: cannot make a key", bmc->name);
	ms_put(server, "/spec/bmc/tls/trust", json_string("pin"));
	ms_put(server, "/spec/bmc/tls/pin", json_string(pin));
	return 0;
}

static uint64_t hash_name(const char *seed, const char *name)
{
	uint64_t x = 14695981039346656037u;

	for (; *seed; seed++)
		x = (x ^ (unsigned char)*seed) * 1099511628211u;
	x = (x ^ '/') * 1099511628211u;
	for (; *name; name++)
		x = (x ^ (unsigned char)*name) * 1099511628211u;
	return x;
}

static int describe(struct sim_bmc *bmc, const json_t *server, struct ms_err *err)
{
	const char *serial = ms_str(server, "/spec/serial", NULL);
	char made[16];

	bmc->name = strdup(ms_name(server));
	if (!bmc->name || copy_nics(bmc, server))
		return ms_nomem(err);
	bmc->hash = hash_name(bmc->sim->seed, bmc->name);
	sim_bmc_digits(bmc, "serial", "0123456789BCDFGHJKLMNPQRSTVWXZ", made, 7);
	bmc->serial = strdup(serial ? serial : made);
	start_power(bmc, server);
	return factory_account(bmc, server, err);
}

int sim_add_shape(struct sim *sim, struct sim_shape *shape, json_t *server, struct ms_err *err)
{
	struct sim_bmc *bmc = calloc(1, sizeof(*bmc));
	int r;

	if (!bmc)
		return ms_nomem(err);
	bmc->sim = sim;
	bmc->shape = shape;
	r = describe(bmc, server, err);
	if (!r)
		r = choose_address(sim, server, bmc, err);
	if (r) {
		sim_bmc_free(bmc);
		return r;
	}
	r = sim_bmc_add(sim, bmc, err);
	return r ? r : fill_server(bmc, server, err);
}

int sim_add(struct sim *sim, json_t *server, struct ms_err *err)
{
	const char *vendor = ms_str(server, "/spec/bmc/vendor", "openbmc");
	const char *name = ms_str(server, "/metadata/annotations/sim~1model", NULL);
	struct sim_model *model;
	struct sim_shape *shape;
	int r = sim_model_get(sim, vendor, name, &model, err);

	if (r) {
		ms_hint(err, "msctl-sim models lists them");
		return r;
	}
	r = sim_shape_get(sim, model, server, &shape, err);
	return r ? r : sim_add_shape(sim, shape, server, err);
}

/* ---- start -------------------------------------------------------------------------------------
 */

/* A connection is a descriptor: take all that the system gives. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int sim_start(struct sim *sim, struct ms_err *err)
{
	int r = sim_fault_start(sim, err);

	raise_limit();
	return r ? r : sim_http_start(sim, err);
}
