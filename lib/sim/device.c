/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every simulated device has: a name, an address of its own, a place in the lists of the site.
 */
#include <arpa/inet.h>
#include "sim/device.h"

int64_t sim_clock(const struct sim *sim)
{
	return sim->base + (int64_t)((double)(ms_clock_ms() - sim->start) * sim->speed);
}

int64_t sim_wall(const struct sim_device *dev)
{
	return ms_now() + dev->clock_offset;
}

/* ---- by address --------------------------------------------------------------------------------
 */

static size_t slot_of(const struct sim *sim, in_addr_t address, uint16_t port)
{
	uint64_t x = (uint64_t)address << 16 | port;

	x *= 0x9e3779b97f4a7c15u;
	return (size_t)(x >> 32) & (sim->cap_address - 1);
}

static size_t probe(const struct sim *sim, in_addr_t address, uint16_t port)
{
	size_t i = slot_of(sim, address, port);

	while (sim->by_address[i]) {
		const struct sim_device *dev = sim->devices[sim->by_address[i] - 1];

		if (dev->address == address && dev->port == port)
			break;
		i = (i + 1) & (sim->cap_address - 1);
	}
	return i;
}

/* Where HTTP answers for a device that is spoken to by ssh. */
static struct sim_device *at_side(const struct sim *sim, in_addr_t address, uint16_t port)
{
	for (size_t i = 0; sim->has_ssh && i < sim->n_devices; i++)
		if (sim->devices[i]->ssh && sim->devices[i]->address == address &&
		    sim->devices[i]->side_port == port)
			return sim->devices[i];
	return NULL;
}

struct sim_device *sim_device_at(const struct sim *sim, in_addr_t address, uint16_t port)
{
	size_t i;

	if (!sim->cap_address)
		return NULL;
	i = probe(sim, address, port);
	return sim->by_address[i] ? sim->devices[sim->by_address[i] - 1]
				  : at_side(sim, address, port);
}

static int grow_addresses(struct sim *sim)
{
	size_t cap = sim->cap_address ? sim->cap_address * 2 : 256;
	unsigned *table = calloc(cap, sizeof(*table));

	if (!table)
		return -ENOMEM;
	free(sim->by_address);
	sim->by_address = table;
	sim->cap_address = cap;
	for (size_t i = 0; i < sim->n_devices; i++)
		table[probe(sim, sim->devices[i]->address, sim->devices[i]->port)] = (unsigned)i +
										     1;
	return 0;
}

static int grow_devices(struct sim *sim)
{
	size_t cap = sim->cap_devices ? sim->cap_devices * 2 : 64;
	struct sim_device **more = realloc(sim->devices, cap * sizeof(*more));

	if (!more)
		return -ENOMEM;
	sim->devices = more;
	sim->cap_devices = cap;
	return 0;
}

static void name_key(const struct sim_kind *kind, const char *name, char buf[static SIM_PATH_MAX])
{
	snprintf(buf, SIM_PATH_MAX, "%s/%s", kind->name, name);
}

struct sim_device *sim_device_named(const struct sim *sim, const struct sim_kind *kind,
				    const char *name)
{
	char key[SIM_PATH_MAX];
	const json_t *index;

	name_key(kind, name, key);
	index = json_object_get(sim->by_name, key);
	return index ? sim->devices[json_integer_value(index)] : NULL;
}

static int check_free(const struct sim_device *dev, struct ms_err *err)
{
	const struct sim_device *other = sim_device_at(dev->sim, dev->address, dev->port);
	struct in_addr in = { dev->address };
	char text[INET_ADDRSTRLEN];

	if (!other)
		other = sim_device_named(dev->sim, dev->kind, dev->name);
	if (!other)
		return 0;
	ms_fail(err, -EEXIST, MS_INPUT, "%s: address %s port %u is %s's", dev->name,
		inet_ntop(AF_INET, &in, text, sizeof(text)), dev->port, other->name);
	ms_hint(err, "give every %s its own %s/address", dev->kind->resource, dev->kind->at);
	return -EEXIST;
}

static int list(struct sim_device *dev, struct ms_err *err)
{
	struct sim *sim = dev->sim;
	char key[SIM_PATH_MAX];
	int r = check_free(dev, err);

	if (r)
		return r;
	if ((sim->n_devices == sim->cap_devices && grow_devices(sim)) ||
	    ((sim->n_devices + 1) * 2 > sim->cap_address && grow_addresses(sim)))
		return ms_nomem(err);
	dev->index = (unsigned)sim->n_devices;
	sim->devices[sim->n_devices++] = dev;
	sim->by_address[probe(sim, dev->address, dev->port)] = (unsigned)sim->n_devices;
	name_key(dev->kind, dev->name, key);
	json_object_set_new(sim->by_name, key, json_integer(dev->index));
	return 0;
}

/* ---- addresses ---------------------------------------------------------------------------------
 */

static bool in_loopback(in_addr_t address)
{
	return ntohl(address) >> 24 == 127;
}

static uint16_t port_in_use(const struct sim *sim, bool ssh)
{
	for (size_t i = 0; i < sim->n_listeners; i++)
		if (sim->listeners[i]->ssh == ssh)
			return sim->listeners[i]->port;
	return 0;
}

/* The port to use: the fixed one, the site file's (NULL = it says nothing), the given one; 0 is any
 * free one, the same for all. */
static int choose_port(struct sim *sim, const json_t *management, in_addr_t address, bool ssh,
		       uint16_t *ret_port, struct ms_err *err)
{
	uint16_t port = (uint16_t)(ssh ? sim->opts.ssh_port : sim->opts.port);
	int r;

	if (!(ssh ? sim->opts.ssh_port_fixed : sim->opts.port_fixed))
		port = (uint16_t)ms_int(management, "/port", port);
	if (!port && !sim->opts.listen)
		port = port_in_use(sim, ssh);
	if (sim->opts.listen && sim->next_port)
		port = sim->next_port;
	r = sim_listen(sim, address, port, ssh, ret_port, err);
	/* Any free port is one for each: the next one may be anybody's. */
	if (!r && sim->opts.listen && port)
		sim->next_port = (uint16_t)(*ret_port + 1);
	return r;
}

static int next_free(struct sim *sim, in_addr_t *ret_address, struct ms_err *err)
{
	for (; sim->next_address >> 24 == 127; sim->next_address++) {
		uint32_t low = sim->next_address & 255;
		in_addr_t address = htonl(sim->next_address);

		if (low == 0 || low == 255 || sim_device_at(sim, address, (uint16_t)sim->opts.port))
			continue;
		sim->next_address++;
		*ret_address = address;
		return 0;
	}
	return ms_fail(err, -EADDRNOTAVAIL, MS_FAILED, "no loopback address is left");
}

/* One address for all with a port for each, or an address for each. */
static int choose_address(struct sim_device *dev, const json_t *resource, struct ms_err *err)
{
	struct sim *sim = dev->sim;
	const char *wanted = ms_str(ms_at(resource, "%s", dev->kind->at), "/address", "");
	struct in_addr in = { 0 };
	const json_t *management;
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
	dev->address = in.s_addr;
	sim->has_ssh |= dev->ssh;
	management = ms_at(resource, "%s", dev->kind->at);
	if (dev->ssh)
		r = choose_port(sim, dev->side ? json_object_get(management, dev->side) : NULL,
				bind_to, false, &dev->side_port, err);
	return r ? r : choose_port(sim, management, bind_to, dev->ssh, &dev->port, err);
}

static void put(const struct sim_device *dev, json_t *resource, const char *key, json_t *value)
{
	char path[SIM_PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dev->kind->at, key);
	ms_put(resource, path, value);
}

static int fill(struct sim_device *dev, json_t *resource, struct ms_err *err)
{
	struct in_addr in = { dev->address };
	char text[INET_ADDRSTRLEN], pin[64];
	int r;

	inet_ntop(AF_INET, &in, text, sizeof(text));
	put(dev, resource, "address", json_string(text));
	put(dev, resource, "port", json_integer(dev->port));
	if (dev->ssh)
		ms_put(resource, "/metadata/annotations/sim~1inspect",
		       json_sprintf("%s://%s:%u/sim/%s", dev->sim->opts.plain ? "http" : "https",
				    text, dev->side_port, dev->kind->name));
	if (dev->kind->fill) {
		r = dev->kind->fill(dev, resource, err);
		if (r)
			return r;
	}
	if (dev->sim->opts.plain || dev->ssh)
		return 0;
	r = sim_key_pin(dev, pin);
	if (r)
		return ms_fail_errno(err, r, "%s: cannot make a key", dev->name);
	put(dev, resource, "tls/trust", json_string("pin"));
	put(dev, resource, "tls/pin", json_string(pin));
	return 0;
}

int sim_device_add(struct sim_device *dev, json_t *resource, struct ms_err *err)
{
	int r = choose_address(dev, resource, err);

	if (!r)
		r = list(dev, err);
	if (!r)
		return fill(dev, resource, err);
	sim_device_free(dev);
	return r;
}

/* ---- life ---------------------------------------------------------------------------------------
 */

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

int sim_device_init(struct sim_device *dev, const struct sim_kind *kind, struct sim *sim,
		    const char *name, struct ms_err *err)
{
	dev->kind = kind;
	dev->sim = sim;
	dev->hash = hash_name(sim->seed, name);
	dev->name = strdup(name);
	return dev->name ? 0 : ms_nomem(err);
}

void sim_device_free(struct sim_device *dev)
{
	if (!dev)
		return;
	for (size_t i = 0; i < dev->n_events; i++)
		json_decref(dev->events[i].arg);
	free(dev->events);
	free(dev->name);
	json_decref(dev->cert);
	sim_tls_forget(dev);
	dev->kind->free(dev);
}

void sim_touch(struct sim_device *dev)
{
	struct sim *sim = dev->sim;

	dev->used = true;
	if (sim->save_path && !sim->dirty && sim->save_timer)
		ms_timer_set(sim->save_timer, 5000);
	sim->dirty = true;
}

/* FNV-1a, then splitmix64 for every digit. */
void sim_digits(const struct sim_device *dev, const char *tag, const char *alphabet, char *buf,
		size_t n)
{
	uint64_t x = 14695981039346656037u ^ dev->hash;
	size_t base = strlen(alphabet);

	for (; *tag; tag++)
		x = (x ^ (unsigned char)*tag) * 1099511628211u;
	for (size_t i = 0; i < n; i++) {
		uint64_t z = (x += 0x9e3779b97f4a7c15u);

		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
		z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
		buf[i] = alphabet[(z ^ (z >> 31)) % base];
	}
	buf[n] = 0;
}
